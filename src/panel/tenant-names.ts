import { Signal } from '@lumino/signaling';
import { parseJSON } from '../auth/parse-json';
import { fieldsOf } from '../server-api/client';
import type { IAzureAccount } from '../tokens';

/** In `sessionStorage`: the names of tenants, by id, once the user has had them looked up. */
const STORAGE_KEY = 'jupyter-azure-auth:tenant-names';

/** Emits after a name became known. */
export const tenantNamesChanged = new Signal<object, void>({});

/** Remember names, so that they are shown in place of ids, even after a reload. */
export function recordTenantNames(tenants: readonly { id: string; name: string }[]): void {
  const known = Object.fromEntries(tenants.map(({ id, name }) => [id.toLowerCase(), name]));
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(known));
  tenantNamesChanged.emit();
}

/**
 * Return what users call a tenant: its name if it is known, else the domain of the account's user
 * name if that is the tenant's, else its id.
 */
export function tenantName(tenantId: string, { id, username }: IAzureAccount): string {
  const name = recordedNames().get(tenantId.toLowerCase());
  if (typeof name === 'string' && name !== '') {
    return name;
  }
  const [, homeId = ''] = id.split('.');
  // In the name of a guest (`alice_contoso.com#EXT#@fabrikam…`), the domain is of the other tenant.
  const isDomainOf = homeId.toLowerCase() === tenantId.toLowerCase() && !username.includes('#EXT#');
  const [, domain = ''] = username.split('@');
  return isDomainOf && domain !== '' ? domain : tenantId;
}

function recordedNames(): ReadonlyMap<string, unknown> {
  return fieldsOf(parseJSON(sessionStorage.getItem(STORAGE_KEY)));
}
