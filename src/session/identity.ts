import type { ISources } from '../sources/open-sources';
import type {
  AzureSessionState,
  IAzureToken,
  IAzureTokenNeed,
  IAzureTokenOptions,
  WayName
} from '../tokens';
import { Asking } from './asking';
import type { SignOutNotice } from './sign-out-notice';
import { SilentTokens } from './silent-tokens';
import { Standing } from './standing';

/**
 * Who is signed in under one configuration. Not loaded with the page; a session whose settings have
 * changed makes a new one, and hears no more of the old.
 */
export class Identity {
  constructor(private readonly options: Identity.IOptions) {
    const { ways } = options;
    this.standing = new Standing({
      ...options,
      nobody: ways.length === 0 ? 'not-configured' : 'signed-out'
    });
    this.asking = new Asking(this.standing);
    const [best] = [...ways.map(({ holder }) => holder), ...options.holders];
    this.tokens = new SilentTokens(this.standing, this.asking, best?.cloud ?? null);
  }

  /** Find out who is signed in already. */
  async start(): Promise<void> {
    const { state } = this.standing;
    await this.standing.rejoin();
    if (this.standing.state === state) {
      this.standing.rest();
    }
  }

  getToken(need: IAzureTokenNeed, options: IAzureTokenOptions): Promise<IAzureToken> {
    return this.tokens.get(need, options);
  }

  /**
   * Ask the user. To be called inside the click.
   *
   * @param name - Null for the way they are signed in by, or else the best.
   */
  async signIn(need: IAzureTokenNeed | null, name: WayName | null): Promise<AzureSessionState> {
    const { ways } = this.options;
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
    await this.standing.signOut();
  }

  /** Another tab has signed somebody out: perhaps the account of this one. */
  async obeyNotice(): Promise<void> {
    if (this.standing.isMeant()) {
      this.cancel();
      this.tokens.renounce();
      await this.standing.leave(true);
    }
  }

  private readonly standing: Standing;
  private readonly asking: Asking;
  private readonly tokens: SilentTokens;
}

export namespace Identity {
  export interface IOptions extends ISources {
    readonly signOutNotice: SignOutNotice;
    readonly state: () => AzureSessionState;
    /** Says how the session stands from now on. */
    readonly become: (state: AzureSessionState) => void;
  }
}
