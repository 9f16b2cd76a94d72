import type { ITokenWish } from './protocol';

/** A token that a kernel holds, and the comm that is open for the next one. */
export interface IServed {
  readonly kernelId: string;
  readonly commId: string;
  readonly requestId: string;
  readonly label: string;
  readonly path: string;
  readonly wish: ITokenWish;
  /** Whose token it is. */
  readonly accountId: string;
  /** Milliseconds since the epoch; `expiresOn` likewise. */
  readonly givenOn: number;
  readonly expiresOn: number;
  /** Whether the comm was opened by an `attach`, whose tokens must say what they are for. */
  readonly attached: boolean;
}

/**
 * Who was given what, without the tokens. Kept in `sessionStorage`, so that a page that was
 * reloaded still reaches the kernels it served before: to renew, and above all to sign them out.
 */
export class KernelLedger {
  constructor(private readonly storage: Storage) {
    this._served = read(storage);
  }

  /** Newest first. */
  get served(): readonly IServed[] {
    return this._served;
  }

  /** Note a token; it takes the place of the one for the same wish of the same kernel. */
  add(entry: IServed): void {
    this.store([entry, ...this._served.filter(other => !isReplacedBy(other, entry))]);
  }

  /** Take over what somebody else has noted, as far as this page knows nothing newer. */
  adopt(entries: readonly IServed[]): void {
    for (const entry of entries) {
      const isKnown = (other: IServed): boolean =>
        isReplacedBy(other, entry) && other.givenOn >= entry.givenOn;
      if (!this._served.some(isKnown)) {
        this.add(entry);
      }
    }
    this.store([...this._served].sort((one, other) => other.givenOn - one.givenOn));
  }

  /** A kernel has closed a comm: it is no address any more, the token stays given. */
  closeComm(kernelId: string, commId: string): void {
    const isMeant = (entry: IServed): boolean =>
      entry.kernelId === kernelId && entry.commId === commId;
    if (this._served.some(isMeant)) {
      this.store(this._served.map(entry => (isMeant(entry) ? { ...entry, commId: '' } : entry)));
    }
  }

  /** A kernel holds nothing any more, but its notebook may have its tokens again. */
  restartKernel(kernelId: string): void {
    if (this._served.some(entry => entry.kernelId === kernelId)) {
      this.store(
        this._served.map(entry =>
          entry.kernelId === kernelId ? { ...entry, kernelId: '', commId: '' } : entry
        )
      );
    }
  }

  /** What this notebook was given by this account within its sign-in. */
  wishesOf(path: string, accountId: string): ITokenWish[] {
    const wishes = new Map<string, ITokenWish>();
    for (const { wish, ...entry } of this._served) {
      if (entry.path === path && entry.accountId === accountId) {
        wishes.set(wishKey(wish), wish);
      }
    }
    return [...wishes.values()];
  }

  /** Forget all but one account, or everything. @returns What was forgotten. */
  keepOnly(accountId: string | null): IServed[] {
    const gone = this._served.filter(entry => entry.accountId !== accountId);
    if (gone.length > 0) {
      this.store(this._served.filter(entry => entry.accountId === accountId));
    }
    return gone;
  }

  private store(served: IServed[]): void {
    // A notebook that is restarted all day must not fill the storage.
    this._served = served.slice(0, 200);
    this.storage.setItem(KEY, JSON.stringify(this._served));
  }

  private _served: readonly IServed[];
}

/** What its kernel held before it was restarted gives way, too. */
function isReplacedBy(other: IServed, { kernelId, path, wish }: IServed): boolean {
  return (
    wishKey(other.wish) === wishKey(wish) &&
    (other.kernelId === kernelId || (other.kernelId === '' && other.path === path))
  );
}

/** Two wishes with the same key can have the same token. */
export function wishKey({ scopes, tenantId, cloud, account, enableCae }: ITokenWish): string {
  return JSON.stringify([scopes, tenantId, cloud, account, enableCae]);
}

const KEY = 'jupyter-azure-auth:kernels';

/** Written by this very class; anything else in its place is worth nothing. */
function read(storage: Storage): readonly IServed[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isServed) : [];
  } catch {
    return [];
  }
}

function isServed(entry: unknown): entry is IServed {
  const { wish, ...texts }: Partial<Record<keyof IServed, unknown>> =
    typeof entry === 'object' && entry !== null ? entry : {};
  return (
    typeof wish === 'object' &&
    wish !== null &&
    'scopes' in wish &&
    Array.isArray(wish.scopes) &&
    [texts.kernelId, texts.commId, texts.requestId, texts.path, texts.accountId].every(
      text => typeof text === 'string'
    )
  );
}
