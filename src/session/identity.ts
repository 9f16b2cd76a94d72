import type { ISources } from '../sources/open-sources';
import type {
  AzureSessionState,
  IAzureToken,
  IAzureTokenNeed,
  IAzureTokenOptions,
  WayName
} from '../tokens';
import { Asking } from './asking';
import { type Aside, Following } from './following';
import type { SignOutNotice } from './sign-out-notice';
import { SilentTokens } from './silent-tokens';
import { Standing } from './standing';

/**
 * Who is signed in under one configuration. Not loaded with the page; a session whose settings have
 * changed makes a new one, and hears no more of the old.
 */
export class Identity {
  constructor(private readonly options: Identity.IOptions) {
    const { consider, holders, server, ways } = options;
    this.standing = new Standing({ ...options, nobody: () => this.nobody() });
    this.asking = new Asking(this.standing, options.onSignedIn);
    const { standing } = this;
    this.following =
      server && new Following({ server, standing, consider, isBusy: () => this.asking.isUnderWay });
    const [best] = [...ways.map(({ holder }) => holder), ...holders];
    this.tokens = new SilentTokens(standing, this.asking, {
      cloud: best?.cloud ?? null,
      recheck: async holder => {
        const isShared = holder === server?.holder;
        if (isShared) {
          await this.lookAnew();
        }
        return isShared;
      }
    });
  }

  /** Find out who is signed in already. */
  async start(): Promise<void> {
    const { state } = this.standing;
    await this.standing.rejoin();
    if (this.standing.state === state) {
      this.standing.rest();
    }
    if (this.options.server?.isSigningOut) {
      // What a page before this one has begun. Nobody waits for it.
      void this.lookAnew();
    }
  }

  getToken(need: IAzureTokenNeed, options: IAzureTokenOptions): Promise<IAzureToken> {
    return this.tokens.get(need, options);
  }

  /**
   * Ask the user. To be called inside the click.
   *
   * @param name - Null for the way they are signed in by, or else the best; none with a code, which
   * nobody is to be led into by a command or a notification.
   */
  async signIn(need: IAzureTokenNeed | null, name: WayName | null): Promise<AzureSessionState> {
    const ways = this.options.ways.filter(way => name !== null || way.name !== 'device-code');
    const wanted = name ?? this.standing.signedIn?.source;
    const way = ways.find(known => known.name === wanted) ?? (name === null ? ways[0] : undefined);
    if (way !== undefined) {
      await this.asking.ask(way, need);
    }
    return this.standing.state;
  }

  cancel(): void {
    this.asking.cancel();
  }

  async signOut(): Promise<void> {
    this.tokens.renounce();
    // Also where there is no answer, which is asked for again then.
    this.following?.forget();
    await this.standing.signOut();
    // The machine may have an identity that kernels act as from now on.
    await this.lookAnew();
  }

  /** Nobody waits for a token any more. */
  withdraw(need: IAzureTokenNeed): void {
    this.asking.withdraw(need);
    this.standing.withdraw(need);
  }

  /** Have the server half look for an identity of the machine once more. */
  async tryAgain(): Promise<void> {
    await this.following?.look(true);
  }

  async keep(keep: boolean): Promise<void> {
    await this.options.server?.keep(keep);
    await this.lookAnew();
  }

  async continueAs(id: string): Promise<void> {
    try {
      await this.options.server?.continueAs(id);
    } finally {
      await this.lookAnew();
    }
  }

  /** Its session has another configuration by now. */
  close(): void {
    this.cancel();
    this.following?.stop();
    this.standing.close();
  }

  /** Another tab has signed somebody out: perhaps the account of this one. */
  async obeyNotice(): Promise<void> {
    if (this.standing.isMeant()) {
      this.cancel();
      this.tokens.renounce();
      await this.standing.leave(true);
      // Not at once: the other tab may not have told the server half yet.
      this.following?.forget();
    }
  }

  private nobody(): 'signed-out' | 'signing-out' | 'looking' | 'not-configured' {
    if (this.options.server?.isSigningOut) {
      return 'signing-out';
    }
    if (this.following?.looking) {
      return 'looking';
    }
    return this.options.ways.length === 0 ? 'not-configured' : 'signed-out';
  }

  /** Where nobody answers, things stay as they are until the next look. */
  private async lookAnew(): Promise<void> {
    this.following?.forget();
    await this.following?.look().catch(() => undefined);
  }

  private readonly standing: Standing;
  private readonly asking: Asking;
  private readonly following: Following | null;
  private readonly tokens: SilentTokens;
}

export namespace Identity {
  export interface IOptions extends ISources {
    readonly signOutNotice: SignOutNotice;
    readonly state: () => AzureSessionState;
    /** Says how the session stands from now on. */
    readonly become: (state: AzureSessionState) => void;
    /** Called when the user has signed in by hand, before it is said who that is. */
    readonly onSignedIn: () => void;
    /** Takes what the server half has told beside who is signed in. */
    readonly consider: (told: Aside) => void;
  }
}
