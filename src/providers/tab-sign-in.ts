/**
 * Milliseconds after which Entra asks the user of a single-page app again: its refresh tokens live
 * 24 hours from the sign-in and do not slide (Microsoft identity platform, "Refresh tokens").
 */
const SPA_SESSION_LIFETIME_MS = 24 * 60 * 60 * 1000;

export interface ITabSignIn {
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly signedInAt: number;
  readonly expiresAt: number;
  /** Requests with a cached token for continuous access evaluation (CAE). */
  readonly caeTokens: readonly string[];
}

/**
 * What MSAL.js does not remember of a sign-in across a reload: which account *this tab* signed in,
 * and when that ends. Stored next to MSAL's own entries in `sessionStorage`; contains no token.
 */
export class TabSignIn {
  constructor(clientId: string) {
    this.key = `jupyter-azure-auth:signed-in:${clientId}`;
  }

  read(): ITabSignIn | null {
    const { stored } = this;
    return stored !== null && stored.expiresAt > Date.now() ? stored : null;
  }

  /** Whether a sign-in of this tab has expired without a sign-out. */
  get hasEnded(): boolean {
    return this.stored !== null && this.read() === null;
  }

  /**
   * Record a sign-in.
   *
   * @param signedInAt - The time of the sign-in, in milliseconds since the epoch.
   * @returns The record.
   */
  write(accountId: string, signedInAt: number): ITabSignIn {
    const record = {
      accountId,
      signedInAt,
      expiresAt: signedInAt + SPA_SESSION_LIFETIME_MS,
      caeTokens: []
    };
    this.store(record);
    return record;
  }

  /** Whether the resource can challenge the cached token of a kind of request (CAE). */
  isCaeToken(kind: string): boolean {
    return this.read()?.caeTokens.includes(kind) ?? false;
  }

  recordCaeToken(kind: string, is: boolean): void {
    const record = this.read();
    if (record !== null && record.caeTokens.includes(kind) !== is) {
      const others = record.caeTokens.filter(other => other !== kind);
      this.store({ ...record, caeTokens: is ? [...others, kind] : others });
    }
  }

  clear(): void {
    sessionStorage.removeItem(this.key);
  }

  private get stored(): ITabSignIn | null {
    return parse(sessionStorage.getItem(this.key));
  }

  private store(record: ITabSignIn): void {
    sessionStorage.setItem(this.key, JSON.stringify(record));
  }

  private readonly key: string;
}

/** Records are written by this class only; anything else is not a sign-in. */
function parse(text: string | null): ITabSignIn | null {
  let fields: Partial<Record<keyof ITabSignIn, unknown>> | null;
  try {
    fields = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  const { accountId, signedInAt, expiresAt, caeTokens } = fields ?? {};
  return typeof accountId === 'string' &&
    typeof signedInAt === 'number' &&
    typeof expiresAt === 'number' &&
    Array.isArray(caeTokens)
    ? { accountId, signedInAt, expiresAt, caeTokens: caeTokens.map(String) }
    : null;
}
