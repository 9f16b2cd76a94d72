import type { ITokenWish } from './protocol';

/** A token that a kernel holds, and the comm that is open for the next one. */
export interface IServed {
  readonly kernelId: string;
  readonly commId: string;
  readonly requestId: string;
  readonly label: string;
  readonly path: string;
  readonly wish: ITokenWish;
  /** Id of the token's account. */
  readonly accountId: string;
  /** Milliseconds since the epoch, as is `expiresOn`. */
  readonly givenOn: number;
  readonly expiresOn: number;
  /** Whether an `attach` opened the comm: its tokens must say what they are for. */
  readonly attached: boolean;
}

/**
 * Records which kernels were given which tokens, without the tokens. Stored in `sessionStorage`, so
 * that a reloaded page still reaches the kernels it served before: to renew their tokens, and above
 * all to sign them out.
 */
export class KernelLedger {
  constructor(private readonly storage: Storage) {
    this._served = read(storage);
  }

  /** Newest first. */
  get served(): readonly IServed[] {
    return this._served;
  }

  /** Record a token; it replaces the entry for the same request of the same kernel. */
  add(entry: IServed): void {
    this.store([entry, ...this._served.filter(other => !isReplacedBy(other, entry))]);
  }

  /** Take over entries that were recorded elsewhere, unless this page has newer ones. */
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

  /** Clear a comm that its kernel has closed. The kernel still holds the token. */
  closeComm(kernelId: string, commId: string): void {
    const isMeant = (entry: IServed): boolean =>
      entry.kernelId === kernelId && entry.commId === commId;
    if (this._served.some(isMeant)) {
      this.store(this._served.map(entry => (isMeant(entry) ? { ...entry, commId: '' } : entry)));
    }
  }

  /** Record that a kernel no longer holds tokens. Its notebook can get them again. */
  restartKernel(kernelId: string): void {
    if (this._served.some(entry => entry.kernelId === kernelId)) {
      this.store(
        this._served.map(entry =>
          entry.kernelId === kernelId ? { ...entry, kernelId: '', commId: '' } : entry
        )
      );
    }
  }

  /** Return the requests for which this notebook got tokens during this account's sign-in. */
  wishesOf(path: string, accountId: string): ITokenWish[] {
    const wishes = new Map<string, ITokenWish>();
    for (const { wish, ...entry } of this._served) {
      if (entry.path === path && entry.accountId === accountId) {
        wishes.set(wishKey(wish), wish);
      }
    }
    return [...wishes.values()];
  }

  /** Forget all accounts but one, or all if null. @returns The forgotten entries. */
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

/** Also covers what the notebook's kernel held before a restart. */
function isReplacedBy(other: IServed, { kernelId, path, wish }: IServed): boolean {
  return (
    wishKey(other.wish) === wishKey(wish) &&
    (other.kernelId === kernelId || (other.kernelId === '' && other.path === path))
  );
}

/** Return a key: requests with equal keys can share a token. */
export function wishKey({ scopes, tenantId, cloud, account, enableCae }: ITokenWish): string {
  return JSON.stringify([scopes, tenantId, cloud, account, enableCae]);
}

const KEY = 'jupyter-azure-auth:kernels';

/** Entries are written by this class only; anything else is ignored. */
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
