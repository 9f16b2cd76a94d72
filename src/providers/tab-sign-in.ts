import { parseJSON } from '../auth/parse-json';

/**
 * Milliseconds after which Entra asks the user of a single-page app again: its refresh tokens live
 * 24 hours from the sign-in and do not slide (Microsoft identity platform, "Refresh tokens").
 */
const SPA_SESSION_LIFETIME_MS = 24 * 60 * 60 * 1000;

const PREFIX = 'jupyter-azure-auth:signed-in:';

/** Whether this tab may hold a sign-in of its own. Needs no sign-in library. */
export function mayHoldSignIn(): boolean {
  return Object.keys(sessionStorage).some(key => key.startsWith(PREFIX));
}

export interface ITabSignIn {
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly signedInAt: number;
  /** When this tab began to use it, in the same unit. */
  readonly activeSince: number;
  readonly expiresAt: number;
  /** Requests with a cached token for continuous access evaluation (CAE). */
  readonly caeTokens: readonly string[];
}

/**
 * What MSAL.js does not remember of a sign-in across a reload: which account *this tab* signed in,
 * and when that ends. Stored next to MSAL's own entries in `sessionStorage`; contains no token.
 */
export class TabSignIn {
  constructor(private readonly clientId: string) {
    this.#key = `${PREFIX}${clientId}`;
    this.#parkedKey = `jupyter-azure-auth:other-accounts:${clientId}`;
  }

  read(): ITabSignIn | null {
    const stored = this.#stored;
    return stored !== null && stored.expiresAt > Date.now() ? stored : null;
  }

  /** Sign-ins of other accounts in this tab that the user can switch to, latest first. */
  get others(): readonly ITabSignIn[] {
    const { accountId = null } = this.read() ?? {};
    return this.#parked.filter(one => one.expiresAt > Date.now() && one.accountId !== accountId);
  }

  /** Make one of `others` the sign-in of this tab. */
  switchTo(accountId: string): void {
    const chosen = this.others.find(other => other.accountId === accountId);
    if (chosen !== undefined) {
      this.#park(accountId);
      this.#store({ ...chosen, activeSince: Date.now() });
    }
  }

  /** Forget one of `others`, or the account that this tab uses: no other one takes its place. */
  forget(accountId: string): void {
    if (this.read()?.accountId === accountId) {
      sessionStorage.removeItem(this.#key);
    }
    this.#storeParked(this.others.filter(other => other.accountId !== accountId));
  }

  /** Id of the account whose sign-in in this tab has expired without a sign-out, if any. */
  get expiredId(): string | undefined {
    return this.read() === null ? this.#stored?.accountId : undefined;
  }

  /**
   * Record a sign-in. That of another account becomes one of `others`.
   *
   * @param signedInAt - The time of the sign-in, in milliseconds since the epoch.
   * @returns The record.
   */
  write(accountId: string, signedInAt: number): ITabSignIn {
    const record = {
      accountId,
      signedInAt,
      activeSince: signedInAt,
      expiresAt: signedInAt + SPA_SESSION_LIFETIME_MS,
      caeTokens: []
    };
    this.#park(accountId);
    this.#store(record);
    return record;
  }

  /** Whether the resource can challenge an account's cached token of a kind of request (CAE). */
  isCaeToken(accountId: string, kind: string): boolean {
    return this.#find(accountId)?.caeTokens.includes(kind) ?? false;
  }

  recordCaeToken(accountId: string, kind: string, is: boolean): void {
    const record = this.#find(accountId);
    if (record !== undefined && record.caeTokens.includes(kind) !== is) {
      const kinds = record.caeTokens.filter(other => other !== kind);
      const changed = { ...record, caeTokens: is ? [...kinds, kind] : kinds };
      if (this.read()?.accountId === accountId) {
        this.#store(changed);
      } else {
        this.#storeParked(
          this.others.map(other => (other.accountId === accountId ? changed : other))
        );
      }
    }
  }

  #find(accountId: string): ITabSignIn | undefined {
    return [this.read(), ...this.others].find(one => one?.accountId === accountId) ?? undefined;
  }

  /**
   * Remove what this tab keeps for the app, MSAL.js's entries included, and what is damaged of those
   * that it has for all apps of this origin.
   *
   * @returns Whether there was anything.
   */
  clear(): boolean {
    const keys = Object.keys(sessionStorage).filter(
      key =>
        // MSAL.js has it in lower case in some keys, and as configured in others.
        key.toLowerCase().includes(this.clientId.toLowerCase()) || isDamaged(key)
    );
    keys.forEach(key => sessionStorage.removeItem(key));
    return keys.length > 0;
  }

  /** Keep the current sign-in among the others, from which another account is taken. */
  #park(accountId: string): void {
    const current = this.read();
    const others = this.others.filter(other => other.accountId !== accountId);
    const isOther = current !== null && current.accountId !== accountId;
    this.#storeParked(isOther ? [current, ...others] : others);
  }

  get #parked(): readonly ITabSignIn[] {
    const stored = parseJSON(sessionStorage.getItem(this.#parkedKey));
    return Array.isArray(stored) ? stored.flatMap(one => readRecord(one) ?? []) : [];
  }

  #storeParked(records: readonly ITabSignIn[]): void {
    sessionStorage.setItem(this.#parkedKey, JSON.stringify(records));
  }

  get #stored(): ITabSignIn | null {
    return readRecord(parseJSON(sessionStorage.getItem(this.#key)));
  }

  #store(record: ITabSignIn): void {
    sessionStorage.setItem(this.#key, JSON.stringify(record));
  }

  readonly #key: string;
  readonly #parkedKey: string;
}

/** Whether MSAL.js stops at an entry that it has for all apps: a list of accounts, or an account. */
function isDamaged(key: string): boolean {
  const value = parseJSON(sessionStorage.getItem(key));
  const { homeAccountId, tenantProfiles = [] } = Object(value);
  const isAccount =
    typeof homeAccountId === 'string' &&
    tenantProfiles instanceof Array &&
    tenantProfiles.every(Boolean);
  return (
    /^msal\.(\d+[.|]|account)/.test(key) &&
    (!(value instanceof (key.endsWith('.keys') ? Array : Object)) ||
      // The keys of all else have more parts, or fewer.
      (key.split('|').length === 4 && !isAccount))
  );
}

/** Records are written by this class only; anything else is not a sign-in. */
function readRecord(data: unknown): ITabSignIn | null {
  const fields: Partial<Record<keyof ITabSignIn, unknown>> = Object(data);
  const { accountId, signedInAt, activeSince = signedInAt, expiresAt, caeTokens } = fields;
  return typeof accountId === 'string' &&
    typeof signedInAt === 'number' &&
    typeof activeSince === 'number' &&
    typeof expiresAt === 'number' &&
    Array.isArray(caeTokens)
    ? { accountId, signedInAt, activeSince, expiresAt, caeTokens: caeTokens.map(String) }
    : null;
}
