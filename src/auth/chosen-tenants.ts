import { isGuid } from './validation';
import { fieldsOf, textOf } from '../server-api/client';
import { parseJSON } from './parse-json';

/** In `sessionStorage`: ids of tenants, by account id. */
const STORAGE_KEY = 'jupyter-azure-auth:chosen-tenants';

/**
 * Remembers, across reloads, the directories that the user has chosen in this tab: the tenants of
 * requests that name none, in place of the accounts' own.
 */
export class ChosenTenants {
  constructor(private readonly storage: Storage) {}

  of(accountId: string): string | undefined {
    const tenantId = textOf(this.#read(), accountId) ?? '';
    return isGuid(tenantId) ? tenantId : undefined;
  }

  /** @param tenantId - Null for the account's own tenant. */
  set(accountId: string, tenantId: string | null): void {
    // JSON has no fields that are undefined.
    const chosen = new Map(this.#read()).set(accountId, tenantId ?? undefined);
    this.storage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(chosen)));
  }

  clear(): void {
    this.storage.removeItem(STORAGE_KEY);
  }

  #read(): ReadonlyMap<string, unknown> {
    return fieldsOf(parseJSON(this.storage.getItem(STORAGE_KEY)));
  }
}
