import type { IProviders } from '../providers/create-providers';
import type {
  AzureAuthState,
  IAzureToken,
  IAzureTokenRequest,
  IAzureTokenOptions,
  SignInMethodName
} from '../tokens';
import { failure } from './failure';
import { InteractiveSignIn } from './interactive';
import { OtherTabsFollower } from './other-tabs-follower';
import { type ServerSessionDetails, ServerSessionPoller } from './server-poller';
import type { SignOutBroadcast } from './sign-out-broadcast';
import { SilentTokenClient } from './silent';
import { AuthStore } from './store';
import { resourceKey } from './validation';

/**
 * The sign-in under one configuration. Not loaded with the page. After a change of settings, the
 * session makes a new one and ignores the old.
 */
export class ConfiguredAuth {
  constructor(private readonly options: ConfiguredAuth.IOptions) {
    const { onDetails, providers, server, methods, tabs } = options;
    this.store = new AuthStore({ ...options, signedOut: () => this.#signedOut() });
    this.interactive = new InteractiveSignIn(this.store, options.onSignedIn);
    const { store } = this;
    const isBusy = (): boolean => this.interactive.isInProgress;
    this.#tabs = tabs && new OtherTabsFollower({ tabs, store, isBusy });
    this.#poller =
      server &&
      new ServerSessionPoller({
        server,
        store,
        onDetails,
        isBusy
      });
    const [best] = [...methods.map(({ provider }) => provider), ...providers];
    this.#tokens = new SilentTokenClient(store, this.interactive, {
      cloud: best?.cloud ?? null,
      recheck: async provider => {
        const isShared = provider === server?.provider;
        if (isShared) {
          await this.#pollAgain();
        }
        return isShared;
      }
    });
  }

  /** Who is signed in. */
  readonly store: AuthStore;
  readonly interactive: InteractiveSignIn;

  /** Find an existing sign-in. */
  async start(): Promise<void> {
    const { state } = this.store;
    await this.store.restore();
    if (this.store.state === state) {
      this.store.resetToCurrent();
    }
    // No other tab could tell this one while its page was away.
    await this.store.dropSignedOut();
    if (this.options.server?.isSigningOut) {
      // Continue a sign-out that an earlier page began, without waiting for it.
      void this.#pollAgain();
    }
  }

  async getToken(request: IAzureTokenRequest, options: IAzureTokenOptions): Promise<IAzureToken> {
    const { allowedResources } = this.options;
    const wanted = resourceKey(request.scopes[0] ?? '');
    if (allowedResources?.some(allowed => resourceKey(allowed) === wanted) === false) {
      throw failure('resource_not_allowed', request);
    }
    return this.#tokens.get(request, options);
  }

  /**
   * Prompt the user, inside the click.
   *
   * @param name - Null for the method of the current sign-in, otherwise the best one; never a code,
   * which no command or notification may lead a user to.
   */
  async signIn(
    request: IAzureTokenRequest | null,
    name: SignInMethodName | null
  ): Promise<AzureAuthState> {
    const methods = this.options.methods.filter(
      method => name !== null || method.name !== 'device-code'
    );
    const wanted = name ?? this.store.signedIn?.source;
    const method =
      methods.find(known => known.name === wanted) ?? (name === null ? methods[0] : undefined);
    if (method !== undefined) {
      await this.interactive.start(method, request);
    }
    return this.store.state;
  }

  /** Choose that tenant for the active account; null for its own. */
  chooseTenant(accountId: string, tenantId: string | null): void {
    if (this.store.signedIn?.account.id === accountId) {
      this.#tokens.dropInFlight();
      this.store.chooseTenant(tenantId);
    }
  }

  /** Act as one of `others`. Kernels drop the tokens of the previous account. */
  async switchTo(accountId: string): Promise<void> {
    this.interactive.cancel();
    this.#tokens.dropInFlight();
    await this.store.switchTo(accountId);
  }

  /** Sign out of one of `others`. */
  async signOutOf(accountId: string): Promise<void> {
    this.#tokens.dropInFlight();
    await this.store.signOutOf(accountId);
  }

  async signOut(): Promise<void> {
    this.#tokens.dropInFlight();
    // Even if there is no answer: it is then requested again.
    this.#poller?.invalidate();
    await this.store.signOut();
    // The machine may have an identity that kernels use from now on.
    await this.#pollAgain();
  }

  /** Drop what only concerned a token that no caller waits for any longer. */
  withdraw(request: IAzureTokenRequest): void {
    this.interactive.withdraw(request);
    this.store.withdraw(request);
  }

  /** Make the server extension look for an ambient identity again. */
  async retryAmbient(): Promise<void> {
    await this.#poller?.poll(true);
  }

  async persist(enabled: boolean): Promise<void> {
    await this.options.server?.persist(enabled);
    await this.#pollAgain();
  }

  async continueAs(id: string): Promise<void> {
    try {
      await this.options.server?.continueAs(id);
    } finally {
      await this.#pollAgain();
    }
  }

  /** Stop: the session has another configuration by now. */
  close(): void {
    this.interactive.cancel();
    this.#poller?.stop();
    this.#tabs?.stop();
    this.store.close();
  }

  /** Handle a sign-out in another tab, which may concern this tab's account. */
  async applySignOut(): Promise<void> {
    const { signedOutElsewhere: gone } = this.store;
    if (gone !== null) {
      this.interactive.cancel();
      this.#tokens.dropInFlight();
      await this.store.dropCurrent(gone.signedIn, gone.provider);
      // Not at once: the other tab may not have reached the server extension yet.
      this.#poller?.invalidate();
    } else {
      await this.store.dropSignedOut();
    }
  }

  #signedOut(): 'signed-out' | 'signing-out' | 'searching' | 'not-configured' {
    if (this.options.server?.isSigningOut) {
      return 'signing-out';
    }
    if (this.#poller?.isSearching) {
      return 'searching';
    }
    return this.options.methods.length === 0 ? 'not-configured' : 'signed-out';
  }

  /** Poll again. If there is no answer, nothing changes until the next poll. */
  async #pollAgain(): Promise<void> {
    this.#poller?.invalidate();
    await this.#poller?.poll().catch(() => undefined);
  }

  readonly #tabs: OtherTabsFollower | null;
  readonly #poller: ServerSessionPoller | null;
  readonly #tokens: SilentTokenClient;
}

export namespace ConfiguredAuth {
  export interface IOptions extends IProviders {
    /** Resources that tokens may be for, in the page and at the server; null for all. */
    readonly allowedResources: readonly string[] | null;
    readonly broadcast: SignOutBroadcast;
    readonly state: () => AzureAuthState;
    /** Sets the session's state. */
    readonly setState: (state: AzureAuthState) => void;
    /** Called after an interactive sign-in, before the state contains the account. */
    readonly onSignedIn: () => void;
    /**
     * Receives the parts of the server extension's answer that are not about the current sign-in.
     */
    readonly onDetails: (details: ServerSessionDetails) => void;
  }
}
