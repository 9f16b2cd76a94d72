/**
 * Milliseconds after which Entra asks the user of a single-page app again: its refresh tokens live
 * 24 hours from the sign-in and do not slide (Microsoft identity platform, "Refresh tokens").
 */
const LIFE = 24 * 60 * 60 * 1000;

export interface ISignInRecord {
  readonly accountId: string;
  /** Milliseconds since the epoch. */
  readonly madeOn: number;
  readonly endsOn: number;
  /** Requests with a cached token for continuous access evaluation (CAE). */
  readonly continuous: readonly string[];
}

/**
 * What MSAL.js does not remember of a sign-in across a reload: which account *this tab* signed in,
 * and when that ends. Stored next to MSAL's own entries in `sessionStorage`; contains no token.
 */
export class SignInRecord {
  constructor(clientId: string) {
    this.key = `jupyter-azure-auth:signed-in:${clientId}`;
  }

  read(): ISignInRecord | null {
    const { kept } = this;
    return kept !== null && kept.endsOn > Date.now() ? kept : null;
  }

  /** Whether a sign-in of this tab has expired without a sign-out. */
  get hasEnded(): boolean {
    return this.kept !== null && this.read() === null;
  }

  /**
   * Record a sign-in.
   *
   * @param madeOn - The time of the sign-in, in milliseconds since the epoch.
   * @returns The record.
   */
  write(accountId: string, madeOn: number): ISignInRecord {
    const record = { accountId, madeOn, endsOn: madeOn + LIFE, continuous: [] };
    this.store(record);
    return record;
  }

  /** Whether the resource can challenge the cached token of a kind of request (CAE). */
  isContinuous(kind: string): boolean {
    return this.read()?.continuous.includes(kind) ?? false;
  }

  noteContinuous(kind: string, is: boolean): void {
    const record = this.read();
    if (record !== null && record.continuous.includes(kind) !== is) {
      const others = record.continuous.filter(other => other !== kind);
      this.store({ ...record, continuous: is ? [...others, kind] : others });
    }
  }

  clear(): void {
    sessionStorage.removeItem(this.key);
  }

  private get kept(): ISignInRecord | null {
    return parse(sessionStorage.getItem(this.key));
  }

  private store(record: ISignInRecord): void {
    sessionStorage.setItem(this.key, JSON.stringify(record));
  }

  private readonly key: string;
}

/** Records are written by this class only; anything else is not a sign-in. */
function parse(text: string | null): ISignInRecord | null {
  let fields: Partial<Record<keyof ISignInRecord, unknown>> | null;
  try {
    fields = JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
  const { accountId, madeOn, endsOn, continuous } = fields ?? {};
  return typeof accountId === 'string' &&
    typeof madeOn === 'number' &&
    typeof endsOn === 'number' &&
    Array.isArray(continuous)
    ? { accountId, madeOn, endsOn, continuous: continuous.map(String) }
    : null;
}
