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
 * The sign-in under one configuration. Not loaded with the page. After a change of settings, the
 * session makes a new one and ignores the old.
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

  /** Find an existing sign-in. */
  async start(): Promise<void> {
    const { state } = this.standing;
    await this.standing.rejoin();
    if (this.standing.state === state) {
      this.standing.rest();
    }
    if (this.options.server?.isSigningOut) {
      // Continue a sign-out that an earlier page began, without waiting for it.
      void this.lookAnew();
    }
  }

  getToken(need: IAzureTokenNeed, options: IAzureTokenOptions): Promise<IAzureToken> {
    return this.tokens.get(need, options);
  }

  /**
   * Prompt the user, inside the click.
   *
   * @param name - Null for the method of the current sign-in, or else the best one; never a code,
   * which no command or notification may lead a user to.
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
    // Even if there is no answer, which is then requested again.
    this.following?.forget();
    await this.standing.signOut();
    // The machine may have an identity that kernels use from now on.
    await this.lookAnew();
  }

  /** Drop what only concerned a token that no caller waits for any more. */
  withdraw(need: IAzureTokenNeed): void {
    this.asking.withdraw(need);
    this.standing.withdraw(need);
  }

  /** Make the server extension look for an ambient identity again. */
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

  /** Stop: the session has another configuration by now. */
  close(): void {
    this.cancel();
    this.following?.stop();
    this.standing.close();
  }

  /** Handle a sign-out in another tab, which may concern this tab's account. */
  async obeyNotice(): Promise<void> {
    if (this.standing.isMeant()) {
      this.cancel();
      this.tokens.renounce();
      await this.standing.leave(true);
      // Not at once: the other tab may not have reached the server extension yet.
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

  /** Poll again. If there is no answer, nothing changes until the next poll. */
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
    /** Sets the session's state. */
    readonly become: (state: AzureSessionState) => void;
    /** Called after an interactive sign-in, before the state contains the account. */
    readonly onSignedIn: () => void;
    /**
     * Receives the parts of the server extension's answer that are not about the current sign-in.
     */
    readonly consider: (told: Aside) => void;
  }
}
