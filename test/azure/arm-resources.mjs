/** Contents of the local Azure Resource Manager: one subscription per tenant, with a few resources. */
import { contoso, fabrikam } from './users.mjs';

export const ML = 'Microsoft.MachineLearningServices/workspaces';

/** Other resources of each subscription, with the storage account that Azurite serves. */
export const OTHERS = [
  { type: 'Microsoft.Storage/storageAccounts', name: 'devstoreaccount1' },
  { type: 'Microsoft.KeyVault/vaults', name: 'kv-research' },
  { type: 'Microsoft.Network/virtualNetworks', name: 'net' }
];

/** The address that workspaces name for their services. */
export const ML_HOST = 'westeurope.api.azureml.ms';

/**
 * @typedef {object} Subscription
 * @property {string} id - GUID, the same in every run.
 * @property {string} name
 * @property {string} tenantId
 * @property {Workspace[]} workspaces
 */

/**
 * @typedef {object} Workspace
 * @property {string} name
 * @property {string} group - Of resources.
 */

/** @type {Subscription[]} */
export const subscriptions = [
  {
    id: '5c000000-1111-4222-8333-00000000000c',
    name: 'Contoso Research',
    tenantId: contoso.id,
    workspaces: [{ name: 'ml-contoso', group: 'ml-group' }]
  },
  {
    id: '5fab0000-1111-4222-8333-00000000000f',
    name: 'Fabrikam Factory',
    tenantId: fabrikam.id,
    workspaces: [{ name: 'ml-fabrikam', group: 'ml-group' }]
  }
];

/** @param {Subscription} subscription */
export function describeSubscription({ id, name, tenantId }) {
  return {
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    displayName: name,
    tenantId,
    state: 'Enabled'
  };
}

/** @param {import('./users.mjs').Tenant} tenant */
export function describeTenant({ id, name, domain }) {
  return { id: `/tenants/${id}`, tenantId: id, displayName: name, defaultDomain: domain };
}

/** @param {Subscription} subscription @param {typeof OTHERS[number]} resource */
export function describeOther({ id }, { type, name }) {
  const path = `/subscriptions/${id}/resourceGroups/data/providers/${type}/${name}`;
  return { id: path, name, type, location: 'westeurope' };
}

/** @param {Subscription} subscription @param {Workspace} workspace */
export function describeWorkspace({ id, tenantId }, { name, group }) {
  return {
    id: `/subscriptions/${id}/resourceGroups/${group}/providers/${ML}/${name}`,
    name,
    type: ML,
    location: 'westeurope',
    identity: { type: 'SystemAssigned', tenantId },
    properties: {
      friendlyName: name,
      workspaceId: `${id.slice(0, -1)}0`,
      discoveryUrl: `https://${ML_HOST}/discovery`,
      provisioningState: 'Succeeded'
    }
  };
}
