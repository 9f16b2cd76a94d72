import type { IServerSession, IServerSide } from '../sources/source';
import { NOTHING_STORED } from './stored';
import type { Standing } from './standing';

/** Milliseconds between polls while the server extension looks for an ambient identity. */
const LOOKING = 1_000;

/** The same while the page is visible: other browsers may sign in and out. */
const SEEN = 5_000;

/** The same while it is hidden. */
const HIDDEN = 30_000;

/** Polls the server extension for changes: by other browsers, and of ambient identities. */
export class Following {
  constructor(private readonly options: Following.IOptions) {
    options.server.answered.connect(this.onAnswer, this);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  /** Whether the server extension is still looking for an ambient identity. */
  get looking(): boolean {
    return this.last?.looking ?? false;
  }

  stop(): void {
    this.options.server.answered.disconnect(this.onAnswer, this);
    document.removeEventListener('visibilitychange', this.onVisible);
    window.clearTimeout(this.timer);
  }

  /**
   * Poll now, and apply the answer if it has changed.
   *
   * @param again - Make the server extension look for an ambient identity again.
   */
  async look(again = false): Promise<void> {
    const { server, standing, isBusy } = this.options;
    const before = this.last;
    const session = await server.look(again);
    if (!isNews(before, session)) {
      return;
    }
    if (isBusy() || standing.isOfAnother(server.holder)) {
      // A sign-in of this tab takes precedence, and an attempt is not disturbed: apply it later.
      this.last = before;
    } else {
      standing.follow(session, server.holder);
    }
  }

  /** Treat the next answer as changed, even if it is equal. */
  forget(): void {
    this.last = null;
    this.schedule();
  }

  private onAnswer(_: unknown, session: IServerSession): void {
    const { considered, stored } = session;
    const aside = JSON.stringify([considered, stored]);
    if (aside !== this.aside) {
      this.aside = aside;
      this.options.consider(session);
    }
    this.last = session;
    this.schedule();
  }

  private schedule(): void {
    window.clearTimeout(this.timer);
    const pause = this.looking ? LOOKING : document.hidden ? HIDDEN : SEEN;
    this.timer = window.setTimeout(() => this.tick(), pause);
  }

  private tick(): void {
    const { server, standing, isBusy } = this.options;
    // Finishing a sign-out would also end a sign-in that is in progress.
    if (server.isSigningOut ? isBusy() : standing.isOfAnother(server.holder)) {
      return this.schedule();
    }
    // Without an answer, no change is known.
    this.look().catch(() => this.schedule());
  }

  private readonly onVisible = (): void => {
    if (!document.hidden && this.timer !== undefined) {
      this.tick();
    }
  };

  private last: IServerSession | null = null;
  private aside = JSON.stringify([[], NOTHING_STORED]);
  private timer: number | undefined;
}

export namespace Following {
  export interface IOptions {
    readonly server: IServerSide;
    readonly standing: Standing;
    /** Whether the user is being asked to sign in. */
    readonly isBusy: () => boolean;
    /** Receives the parts of an answer that are not about the current sign-in. */
    readonly consider: (told: Aside) => void;
  }
}

/** The parts of an answer that are not about the current sign-in. */
export type Aside = Pick<IServerSession, 'considered' | 'stored'>;

function isNews(before: IServerSession | null, now: IServerSession): boolean {
  if (before === null || before.looking || now.looking || now.generation === null) {
    return true;
  }
  return before.generation !== now.generation;
}
