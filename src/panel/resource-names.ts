import type { TranslationBundle } from '@jupyterlab/translation';
import { RESOURCE_HOSTS, STORAGE_SUFFIXES } from '../auth/clouds';
import { isGuid } from '../auth/validation';
import type { IAzureTokenRequest } from '../tokens';

/**
 * Which Azure product a scope belongs to, by the name that the portal uses. Names are proper nouns
 * and the same in every language.
 *
 * Hosts: https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
 * and https://learn.microsoft.com/azure/china/resources-developer-guide.
 */

/** A host alone, or with every host below it; the first match wins. */
const PRODUCTS: readonly (readonly [product: string, hosts: readonly string[]])[] = [
  [
    'Storage',
    [
      ...RESOURCE_HOSTS.storage,
      ...['blob', 'queue', 'table', 'file', 'dfs'].flatMap(service =>
        STORAGE_SUFFIXES.map(suffix => `${service}.${suffix}`)
      ),
      'e406a681-f3d4-42a8-90b6-c2b029497af1'
    ]
  ],
  ['Resource Manager', [...RESOURCE_HOSTS.arm, '797f4846-ba00-4fd7-ba43-dac1f8f63013']],
  [
    'Key Vault',
    [
      ...RESOURCE_HOSTS.keyvault,
      ...RESOURCE_HOSTS.keyvault.map(host => host.replace('vault', 'managedhsm')),
      'cfa8b339-82a2-471a-a3c9-0fc0be7a4093'
    ]
  ],
  ['Machine Learning', [...RESOURCE_HOSTS.azureml, 'azureml.ms']],
  ['PostgreSQL and MySQL', RESOURCE_HOSTS.postgresql],
  ['SQL Database', RESOURCE_HOSTS.sql],
  [
    'Microsoft Graph',
    [...RESOURCE_HOSTS.graph, 'dod-graph.microsoft.us', '00000003-0000-0000-c000-000000000000']
  ],
  ['Cosmos DB', ['cosmos.azure.com', 'documents.azure.com', 'documents.azure.us']],
  ['Event Hubs', ['eventhubs.azure.net']],
  ['Service Bus', ['servicebus.azure.net', 'servicebus.windows.net']],
  [
    'Data Explorer',
    [...RESOURCE_HOSTS.kusto.map(host => host.replace('kusto.', '')), 'kusto.azure.com']
  ],
  ['Databricks', ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d', 'azuredatabricks.net']],
  ['Log Analytics', ['api.loganalytics.io', 'api.loganalytics.azure.com', 'api.loganalytics.us']],
  ['Monitor', ['monitor.azure.com', 'monitor.azure.us']],
  ['App Configuration', ['azconfig.io', 'appconfig.azure.com']],
  ['AI services', [...RESOURCE_HOSTS.openai, 'ai.azure.com']],
  ['AI Search', ['search.azure.com', 'search.windows.net']],
  ['Container Registry', ['containerregistry.azure.net', 'azurecr.io']],
  ['Synapse', ['dev.azuresynapse.net']],
  ['Power BI', RESOURCE_HOSTS.pbi]
];

/** Maximum length of the text shown for an unknown resource. */
const MAX_RESOURCE_LENGTH = 36;

/**
 * Return the name of the product that a token is for.
 *
 * @param scopes - All of one resource. They may come from a kernel and contain anything.
 * @returns A product, otherwise the host or application id as plain text of at most 36 characters.
 */
export function resourceName(scopes: readonly string[]): string {
  const scope = scopes[0] ?? '';
  const resource = hostOf(scope);
  const known = PRODUCTS.find(([, hosts]) =>
    hosts.some(host => resource === host || resource.endsWith(`.${host}`))
  );
  return known ? known[0] : shorten(resource);
}

/** Return the name of what a token is for: the product, and the tenant if one is requested. */
export function requestedResource(
  { scopes, tenantId }: Pick<IAzureTokenRequest, 'scopes' | 'tenantId'>,
  trans: TranslationBundle
): string {
  const resource = resourceName(scopes);
  return tenantId === undefined
    ? resource
    : trans.__('%1 in tenant %2', resource, shorten(tenantId));
}

/** Return the host of a scope that is an address, otherwise the part before the permission. */
function hostOf(scope: string): string {
  try {
    const { hostname, pathname } = new URL(scope);
    // `api://<application id>/…` has its id as host, `urn:…` has no host at all.
    return (hostname || pathname).toLowerCase();
  } catch {
    // A permission without a resource (`User.Read`) belongs to Microsoft Graph.
    const [resource = '', permission] = scope.split('/');
    return permission === undefined && !isGuid(resource)
      ? 'graph.microsoft.com'
      : resource.toLowerCase();
  }
}

/** Keep only characters that names have: kernels may send invisible or right-to-left text. */
function shorten(resource: string): string {
  const text = resource.replace(/[^\w.:-]/g, '');
  return text.length > MAX_RESOURCE_LENGTH
    ? `${text.slice(0, MAX_RESOURCE_LENGTH - 1)}…`
    : text || '?';
}
