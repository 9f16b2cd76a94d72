import { type ISignal, Signal } from '@lumino/signaling';
import type { SignOutBroadcast } from '../auth/sign-out-broadcast';
import { parseJSON } from '../auth/parse-json';
import { fieldsOf, numberOf, textOf } from '../server-api/client';
import type { IAzureAccount } from '../tokens';
import type { ITokenRequest, ITokenTarget } from './protocol';

/** Maximum number of kernels, since no tab may be open when a kernel ends. */
const MAX_PINS = 100;

/** The account that a kernel always uses. */
export type IPinnedAccount = Pick<IAzureAccount, 'id' | 'username'>;

interface IPin extends IPinnedAccount {
  /** Milliseconds since the epoch. */
  readonly pinnedAt: number;
}

/**
 * Remembers which account the user has chosen for a kernel: that of its requests that name none,
 * whichever account is active. Any tab may answer a kernel, so all tabs of this browser read the
 * same pins, in `localStorage` and each time: none of them can miss what another has just written.
 */
export class AccountPins {
  /** @param baseUrl - The Jupyter server's: several may share an origin. */
  constructor(
    baseUrl: string,
    private readonly broadcast: Pick<SignOutBroadcast, 'received' | 'wasSignedOutSince'>
  ) {
    this.#key = `jupyter-azure-auth:account-pins:${new URL(baseUrl).pathname}`;
    this.#last = this.#keep();
    window.addEventListener('storage', ({ key }) => {
      if (key === this.#key) {
        this.#update();
      }
    });
    broadcast.received.connect(() => this.#update());
  }

  /** Emits the ids of kernels whose account has changed, in this tab or in another one. */
  get changed(): ISignal<this, readonly string[]> {
    return this.#changed;
  }

  of(kernelId: string): IPinnedAccount | null {
    const { id, username } = this.#read().get(kernelId) ?? {};
    return id === undefined || username === undefined ? null : { id, username };
  }

  /** Return what a kernel was given a token for, with the account if it is for a certain one. */
  target(kernelId: string, request: ITokenTarget): ITokenTarget {
    const account = request.account ?? this.of(kernelId)?.id;
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
    const others = [...this.#read()].filter(([id]) => id !== kernelId);
    this.#store(
      account === null
        ? others
        : [
            ...others.slice(1 - MAX_PINS),
            [kernelId, { id: account.id, username: account.username, pinnedAt: Date.now() }]
          ]
    );
  }

  /** Forget kernels that were shut down. @param running - Ids of those still running. */
  retainKernels(running: ReadonlySet<string>): void {
    // The list may be older than a kernel that another tab has started.
    const ended = [...this.#running].filter(id => !running.has(id));
    this.#running = running;
    this.#drop(kernelId => ended.includes(kernelId));
  }

  /** Record accounts of this page. Another one may have been signed out, so its pins are void. */
  addAccounts(accountIds: readonly string[]): void {
    accountIds.forEach(id => this.#accountIds.add(id));
    this.#update();
  }

  /** Forget the pins to the accounts of this page, after a sign-out of all. */
  dropAccounts(): void {
    this.#drop((_, { id }) => this.#accountIds.has(id));
    this.#accountIds.clear();
    this.#update();
  }

  #drop(isMeant: (kernelId: string, pin: IPin) => boolean): void {
    const pins = [...this.#read()];
    const kept = pins.filter(pin => !isMeant(...pin));
    if (kept.length < pins.length) {
      this.#store(kept);
    }
  }

  #store(pins: readonly (readonly [string, IPin])[]): void {
    localStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(pins)));
    this.#update();
  }

  #update(): void {
    const [before, now] = [this.#last, this.#keep()];
    this.#last = now;
    const kernelIds = [...before.keys(), ...now.keys()];
    const changed = kernelIds.filter(id => before.get(id)?.id !== now.get(id)?.id);
    if (changed.length > 0) {
      this.#changed.emit([...new Set(changed)]);
    }
  }

  /** Remove void pins: the mark of a sign-out is not kept as long as a kernel may run. */
  #keep(): ReadonlyMap<string, IPin> {
    const pins = this.#read();
    const text = JSON.stringify(Object.fromEntries(pins));
    if ((localStorage.getItem(this.#key) ?? text) !== text) {
      localStorage.setItem(this.#key, text);
    }
    return pins;
  }

  /** Entries are written by this class only; anything else is ignored. */
  #read(): ReadonlyMap<string, IPin> {
    const pins = new Map<string, IPin>();
    const stored = localStorage.getItem(this.#key);
    if (stored === null) {
      // Usual, and each request of a kernel comes here.
      return pins;
    }
    for (const [kernelId, data] of fieldsOf(parseJSON(stored))) {
      const fields = fieldsOf(data);
      const [id, username] = [textOf(fields, 'id'), textOf(fields, 'username')];
      const pinnedAt = numberOf(fields, 'pinnedAt');
      if (
        id !== null &&
        username !== null &&
        pinnedAt !== null &&
        !this.broadcast.wasSignedOutSince(id, pinnedAt)
      ) {
        pins.set(kernelId, { id, username, pinnedAt });
      }
    }
    return pins;
  }

  readonly #key: string;
  /** As of the last change. */
  #last: ReadonlyMap<string, IPin>;
  /** Accounts of this page since the last sign-out. A page without any has signed none out. */
  readonly #accountIds = new Set<string>();
  #running: ReadonlySet<string> = new Set();
  readonly #changed = new Signal<this, readonly string[]>(this);
}
