import type { IServerSession, IServerSide } from '../sources/source';
import { NOTHING_STORED } from './stored';
import type { Standing } from './standing';

/** Milliseconds between two questions, while the server half looks for an identity of the machine. */
const LOOKING = 1_000;

/** Likewise, while the user can see this page: other browsers may sign in and out. */
const SEEN = 5_000;

/** Likewise, while they cannot. */
const HIDDEN = 30_000;

/**
 * Keeps up with what the server half holds: what other browsers do to it, and what it finds out
 * about the machine.
 */
export class Following {
  constructor(private readonly options: Following.IOptions) {
    options.server.answered.connect(this.onAnswer, this);
    document.addEventListener('visibilitychange', this.onVisible);
  }

  /** Whether the server half still looks for an identity of the machine. */
  get looking(): boolean {
    return this.last?.looking ?? false;
  }

  stop(): void {
    this.options.server.answered.disconnect(this.onAnswer, this);
    document.removeEventListener('visibilitychange', this.onVisible);
    window.clearTimeout(this.timer);
  }

  /**
   * Ask now, and stand as the answer says, if it says anything new.
   *
   * @param again - Have the server half look for an identity of the machine once more.
   */
  async look(again = false): Promise<void> {
    const { server, standing, isBusy } = this.options;
    const before = this.last;
    const session = await server.look(again);
    if (!isNews(before, session)) {
      return;
    }
    if (isBusy() || standing.isOfAnother(server.holder)) {
      // Who has signed in here counts in this tab, and who is about to is not disturbed: later.
      this.last = before;
    } else {
      standing.follow(session, server.holder);
    }
  }

  /** Take the next answer for news, whatever it is. */
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
    // A sign-out that is finished would take a sign-in that is under way with it.
    if (server.isSigningOut ? isBusy() : standing.isOfAnother(server.holder)) {
      return this.schedule();
    }
    // Without an answer nothing has changed, as far as anybody knows.
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
    /** Takes what it has told beside who is signed in. */
    readonly consider: (told: Aside) => void;
  }
}

/** What the server half tells beside who is signed in. */
export type Aside = Pick<IServerSession, 'considered' | 'stored'>;

function isNews(before: IServerSession | null, now: IServerSession): boolean {
  if (before === null || before.looking || now.looking || now.generation === null) {
    return true;
  }
  return before.generation !== now.generation;
}
