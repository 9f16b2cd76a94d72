import type { IServerSession, IServerTokens } from '../providers/provider';
import { NOTHING_STORED } from './page-auth';
import type { AuthStore } from './store';

/** Milliseconds between polls while the server extension looks for an ambient identity. */
const SEARCHING_POLL_MS = 1_000;

/** The same while the page is visible: other browsers may sign in and out. */
const VISIBLE_POLL_MS = 5_000;

/** The same while it is hidden. */
const HIDDEN_POLL_MS = 30_000;

/** Polls the server extension for changes: by other browsers, and of ambient identities. */
export class ServerSessionPoller {
  constructor(private readonly options: ServerSessionPoller.IOptions) {
    options.server.answered.connect(this.#onAnswer, this);
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  /** Whether the server extension is still looking for an ambient identity. */
  get isSearching(): boolean {
    return this.#last?.isSearching ?? false;
  }

  stop(): void {
    this.#isOver = true;
    this.options.server.answered.disconnect(this.#onAnswer, this);
    document.removeEventListener('visibilitychange', this.#onVisible);
    window.clearTimeout(this.#timer);
  }

  /**
   * Poll now, and apply the answer if it has changed.
   *
   * @param refresh - Make the server extension look for an ambient identity again.
   */
  async poll(refresh = false): Promise<void> {
    const { server, store, isBusy } = this.options;
    const before = this.#last;
    const session = await server.fetchSession(refresh);
    if (this.#isOver || !hasChanged(before, session)) {
      return;
    }
    if (isBusy() || store.isElsewhere(server.provider)) {
      // A sign-in of this tab takes precedence, and an attempt is not disturbed: apply it later.
      this.#last = before;
    } else {
      const { state } = store;
      store.applyServerSession(session, server.provider);
      if (this.#hasLostAccount && store.state === state) {
        // Another browser has signed out of one of them: kernels forget its tokens.
        store.setState(state);
      }
      this.#hasLostAccount = false;
    }
  }

  /** Treat the next answer as changed, even if it is equal. */
  invalidate(): void {
    this.#last = null;
    this.#schedule();
  }

  #onAnswer(_: unknown, session: IServerSession): void {
    const { candidates, stored, others } = session;
    const lastDetails = JSON.stringify([candidates, stored, others.map(({ account }) => account)]);
    if (lastDetails !== this.#lastDetails) {
      this.#lastDetails = lastDetails;
      this.options.onDetails(session);
    }
    const ids = others.map(({ account }) => account.id);
    this.#hasLostAccount ||= this.#otherIds.some(id => !ids.includes(id));
    this.#otherIds = ids;
    this.#last = session;
    this.#schedule();
  }

  #schedule(): void {
    window.clearTimeout(this.#timer);
    const pause = this.isSearching
      ? SEARCHING_POLL_MS
      : document.hidden
        ? HIDDEN_POLL_MS
        : VISIBLE_POLL_MS;
    if (!this.#isOver) {
      this.#timer = window.setTimeout(() => this.#tick(), pause);
    }
  }

  #tick(): void {
    const { server, store, isBusy } = this.options;
    // Finishing a sign-out would also end a sign-in that is in progress.
    if (server.isSigningOut ? isBusy() : store.isElsewhere(server.provider)) {
      return this.#schedule();
    }
    // Without an answer, no change is known.
    this.poll().catch(() => this.#schedule());
  }

  readonly #onVisible = (): void => {
    if (!document.hidden && this.#timer !== undefined) {
      this.#tick();
    }
  };

  #last: IServerSession | null = null;
  #otherIds: readonly string[] = [];
  /** Whether an account has left the others since an answer was last applied. */
  #hasLostAccount = false;
  #lastDetails = JSON.stringify([[], NOTHING_STORED, []]);
  /** Whether it was stopped; a poll may still wait for its answer. */
  #isOver = false;
  #timer: number | undefined;
}

export namespace ServerSessionPoller {
  export interface IOptions {
    readonly server: IServerTokens;
    readonly store: AuthStore;
    /** Whether the user is being asked to sign in. */
    readonly isBusy: () => boolean;
    /** Receives the parts of an answer that are not about the current sign-in. */
    readonly onDetails: (details: ServerSessionDetails) => void;
  }
}

/** The parts of an answer that are not about the current sign-in. */
export type ServerSessionDetails = Pick<IServerSession, 'candidates' | 'stored'>;

function hasChanged(before: IServerSession | null, now: IServerSession): boolean {
  if (before === null || before.isSearching || now.isSearching || now.generation === null) {
    return true;
  }
  return before.generation !== now.generation;
}
