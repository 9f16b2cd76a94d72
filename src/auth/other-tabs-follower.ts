import type { IOtherTabs } from '../providers/provider';
import { isChanged } from './same-sign-in';
import type { AuthStore } from './store';

/** Milliseconds until the other tabs are asked again: none has answered, or this tab was busy. */
const RETRY_MS = 3_000;

/** Follows the sign-ins of other tabs while this tab has none of its own. */
export class OtherTabsFollower {
  constructor(private readonly options: OtherTabsFollower.IOptions) {
    window.addEventListener('storage', this.#onStorage);
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  stop(): void {
    this.#lookup = null;
    window.clearTimeout(this.#timer);
    window.removeEventListener('storage', this.#onStorage);
    document.removeEventListener('visibilitychange', this.#onVisible);
  }

  #follow(): void {
    window.clearTimeout(this.#timer);
    if (this.options.isBusy()) {
      this.#timer = window.setTimeout(() => this.#follow(), RETRY_MS);
    } else {
      // Without an answer, no change is known. The server may not know yet that a tab was closed.
      this.#apply().catch(() => {
        if (this.#lookup !== null) {
          // An earlier lookup may have failed, too.
          window.clearTimeout(this.#timer);
          this.#timer = window.setTimeout(this.#onVisible, RETRY_MS);
        }
      });
    }
  }

  /** Apply what the other tabs hold, unless this tab or the server holds a user's sign-in. */
  async #apply(): Promise<void> {
    const { store, tabs } = this.options;
    const { current, state } = store;
    const { provider } = tabs;
    const isFollowing = current?.provider === provider;
    if (current?.signedIn.ambient === false && !isFollowing) {
      return;
    }
    const lookup = (this.#lookup = {});
    const found = await tabs.find(isFollowing ? current.signedIn.account.id : null);
    if (this.#lookup !== lookup) {
      // Another announcement came: the result of this lookup may be outdated.
      return;
    }
    if (store.state !== state) {
      return this.#follow();
    }
    if (found === null) {
      if (isFollowing) {
        store.invalidate({ code: 'other_tab_closed', detail: null, request: null });
      }
    } else if (isFollowing ? isChanged(current, found) : store.isAfterEnd(found)) {
      store.setSignedIn(found, provider);
    }
  }

  readonly #onStorage = (event: StorageEvent): void => {
    if (this.options.tabs.isAnnouncement(event)) {
      this.#follow();
    }
  };

  /** The user may have closed the other tab. */
  readonly #onVisible = (): void => {
    const { store, tabs } = this.options;
    if (!document.hidden && store.provider === tabs.provider) {
      this.#follow();
    }
  };

  /** The newest one; null before the first, and after `stop`. */
  #lookup: object | null = null;
  #timer: number | undefined;
}

export namespace OtherTabsFollower {
  export interface IOptions {
    readonly tabs: IOtherTabs;
    readonly store: AuthStore;
    /** Whether the user is being asked to sign in. */
    readonly isBusy: () => boolean;
  }
}
