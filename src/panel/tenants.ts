import { isGuid } from '../auth/validation';
import { RESOURCE_HOSTS } from '../auth/clouds';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureAccount } from '../tokens';
import { recordTenantNames } from './tenant-names';

/** A directory that the account is a member or a guest of. */
export interface ITenant {
  readonly id: string;
  /** Its name, or its domain if it has none; empty if it has neither. */
  readonly name: string;
  readonly domain: string;
}

/** For the public cloud. In other clouds, there is no token for it, and no list. */
const RESOURCE_MANAGER = `https://${RESOURCE_HOSTS.arm[0]}`;

/**
 * Return the directories of the account, from Azure Resource Manager.
 *
 * @throws AzureAuthError or TypeError if there is no token or no answer.
 */
export async function readTenants(auth: Pick<IPageAuth, 'getToken'>): Promise<readonly ITenant[]> {
  const { token } = await auth.getToken([`${RESOURCE_MANAGER}/.default`]);
  const response = await fetch(`${RESOURCE_MANAGER}/tenants?api-version=2022-12-01`, {
    headers: { Authorization: `Bearer ${token}` },
    cache: 'no-store',
    referrerPolicy: 'no-referrer'
  });
  const { value }: { value?: unknown } = Object(await response.json());
  if (!response.ok || !Array.isArray(value)) {
    throw new TypeError(`Resource Manager answered ${response.status}.`);
  }
  const tenants = value.flatMap(readTenant);
  recordTenantNames(tenants);
  return tenants;
}

/**
 * Use a directory for all requests of the active account that name none, once Azure has issued a
 * token from it. The user is prompted for what is missing, as for any token, and can then try
 * again.
 *
 * @throws AzureAuthError if Azure issues none; the directory then stays as it was.
 */
export async function chooseTenant(
  auth: Pick<IPageAuth, 'chooseTenant' | 'getToken'>,
  { id: accountId, tenantId }: IAzureAccount,
  chosen: string
): Promise<void> {
  const isOwn = chosen.toLowerCase() === tenantId.toLowerCase();
  if (!isOwn) {
    await auth.getToken([`${RESOURCE_MANAGER}/.default`], {
      tenantId: chosen,
      account: accountId
    });
  }
  auth.chooseTenant(accountId, isOwn ? null : chosen);
}

function readTenant(data: unknown): ITenant[] {
  const { tenantId, displayName, defaultDomain } = Object(data) as Record<string, unknown>;
  const domain = typeof defaultDomain === 'string' ? defaultDomain : '';
  const name = typeof displayName === 'string' && displayName !== '' ? displayName : domain;
  return typeof tenantId === 'string' && isGuid(tenantId) ? [{ id: tenantId, name, domain }] : [];
}
