import type { IAzureAccount } from '../tokens';
import { fieldsOf } from '../server-api/client';
import type { ITokenRequest, ITokenTarget } from './protocol';

/** In `sessionStorage`: accounts, by kernel id. */
const STORAGE_KEY = 'jupyter-azure-auth:account-pins';

/** The account that a kernel always uses. */
export type IPinnedAccount = Pick<IAzureAccount, 'id' | 'username'>;

/**
 * Remembers, across reloads, which account the user has chosen for a kernel: that of its requests
 * that name none, whichever account is active.
 */
export class AccountPins {
  constructor(private readonly storage: Storage) {
    this.pins = read(storage);
  }

  of(kernelId: string): IPinnedAccount | null {
    return this.pins.get(kernelId) ?? null;
  }

  /** Return what a kernel was given a token for, with the account that it is for, if not any. */
  target(kernelId: string, request: ITokenTarget): ITokenTarget {
    const account = request.account ?? this.pins.get(kernelId)?.id;
    return account === undefined ? request : { ...request, account };
  }

  /** Return a request with the account that it is for. */
  apply(kernelId: string, request: ITokenRequest): ITokenRequest {
    const pin = this.of(kernelId);
    return pin === null || request.account !== undefined || request.prompt
      ? request
      : { ...request, account: pin.id, isPinned: true };
  }

  /** @param account - Null for the active account. */
  set(kernelId: string, account: IPinnedAccount | null): void {
    if (account === null) {
      this.pins.delete(kernelId);
    } else {
      this.pins.set(kernelId, { id: account.id, username: account.username });
    }
    this.store();
  }

  /** Forget kernels that were shut down. @param running - Ids of those still running. */
  retainKernels(running: ReadonlySet<string>): void {
    const gone = [...this.pins.keys()].filter(kernelId => !running.has(kernelId));
    gone.forEach(kernelId => this.pins.delete(kernelId));
    if (gone.length > 0) {
      this.store();
    }
  }

  /** Forget all of them, after a sign-out. */
  clear(): void {
    this.pins.clear();
    this.store();
  }

  private store(): void {
    this.storage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(this.pins)));
  }

  private readonly pins: Map<string, IPinnedAccount>;
}

/** Entries are written by this class only; anything else is ignored. */
function read(storage: Storage): Map<string, IPinnedAccount> {
  const pins = new Map<string, IPinnedAccount>();
  try {
    for (const [kernelId, data] of fieldsOf(JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}'))) {
      const fields = fieldsOf(data);
      const [id, username] = [fields.get('id'), fields.get('username')];
      if (typeof id === 'string' && typeof username === 'string') {
        pins.set(kernelId, { id, username });
      }
    }
  } catch {
    // Not written by this class.
  }
  return pins;
}
