import { type ISignal, Signal } from '@lumino/signaling';
import { parseJSON } from './parse-json';

/** Milliseconds for which a mark is kept: as long as the sign-in of a sleeping tab could last. */
const MARK_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Milliseconds by which the clocks of two tabs may differ: some browsers round theirs. */
const ROUNDING_MS = 1000;

/**
 * Tells every tab of this browser that an account was signed out, including tabs that are asleep or
 * were discarded and come back later. Each tab has its own sign-in in `sessionStorage`; a second
 * open tab must not bring a signed-out user back (GHSA-cw7p-q79f-m2v7).
 *
 * Stored in `localStorage`, by account id; contains no token.
 */
export class SignOutBroadcast {
  /** @param baseUrl - The Jupyter server's: several may share an origin. */
  constructor(baseUrl: string) {
    this.#key = `jupyter-azure-auth:signed-out:${new URL(baseUrl).pathname}`;
    window.addEventListener('storage', event => {
      if (event.key === this.#key) {
        this.#received.emit(undefined);
      }
    });
  }

  /** Emits when another tab has signed an account out. */
  get received(): ISignal<this, void> {
    return this.#received;
  }

  /**
   * @param since - When this tab signed the account in, in milliseconds since the epoch.
   * @returns Whether the account was signed out after that, in any tab.
   */
  wasSignedOutSince(accountId: string, since: number): boolean {
    return (this.#read().get(accountId) ?? 0) >= since;
  }

  /**
   * @param accountIds - Those of one sign-out together: other tabs may see each change by itself.
   * @param now - Milliseconds since the epoch.
   */
  publish(accountIds: string | readonly string[], now: number): void {
    const marks = [accountIds].flat().map(id => [id, now] as const);
    const notes = [...this.#read(), ...marks].filter(([, on]) => on > now - MARK_LIFETIME_MS);
    localStorage.setItem(this.#key, JSON.stringify(Object.fromEntries(notes)));
  }

  #read(): Map<string, number> {
    return new Map(
      Object.entries(Object(parseJSON(localStorage.getItem(this.#key)))).filter(
        // A mark from the future would sign out every new sign-in until that time.
        (entry): entry is [string, number] =>
          typeof entry[1] === 'number' && entry[1] <= Date.now() + ROUNDING_MS
      )
    );
  }

  readonly #key: string;
  readonly #received = new Signal<this, void>(this);
}
