import { type ISignal, Signal } from '@lumino/signaling';
import type { IProviders } from '../providers/create-providers';
import type { ISignIn } from '../providers/provider';
import {
  type IPageAuth,
  type IAzureSignInMethod,
  type IIdentityCandidate,
  type IStoredSignIns,
  NOTHING_STORED
} from './page-auth';
import type {
  AzureAuthState,
  IAzureAccount,
  IAzureProblem,
  IAzureToken,
  IAzureTokenRequest,
  IAzureTokenOptions,
  SignInMethodName
} from '../tokens';
import type { Configuration, IConfigured } from './config';
import { AzureAuthError, problemOf } from './errors';
import type { ServerSessionDetails } from './server-poller';
import type { ConfiguredAuth } from './configured-auth';
import { needsAttention, isReported } from './needs-attention';
import type { SignOutBroadcast } from './sign-out-broadcast';

/** Milliseconds after which a server that did not answer is asked again. */
const SERVER_RETRY_MS = 5_000;

/**
 * The session of a page, which is loaded with it. The current sign-in is kept by a
 * `ConfiguredAuth`, one for each configuration, which is loaded when a sign-in becomes likely.
 */
export class AzureAuth implements IPageAuth {
  constructor(private readonly options: AzureAuth.IOptions) {
    options.broadcast.received.connect(() => void this.#configured?.applySignOut());
  }

  get state(): AzureAuthState {
    return this.#state;
  }

  get stateChanged(): ISignal<this, AzureAuthState> {
    return this.#stateChanged;
  }

  get signInCount(): number {
    return this.#signInCount;
  }

  get methods(): readonly IAzureSignInMethod[] {
    return this.#methods;
  }

  get candidates(): readonly IIdentityCandidate[] {
    return this.#candidates;
  }

  get stored(): IStoredSignIns {
    return this.#stored;
  }

  get candidatesChanged(): ISignal<this, void> {
    return this.#candidatesChanged;
  }

  prepare(): Promise<void> {
    return this.#preparing ?? this.#startAfter(Promise.resolve());
  }

  /** Read the configuration again, e.g. after the user has changed the settings. */
  reconfigure(): Promise<void> {
    if (this.#preparing === null && this.#state.kind === 'starting') {
      return Promise.resolve();
    }
    this.cancel();
    // In sequence; otherwise, the slower of two answers would win, which may be the older one.
    return this.#startAfter(this.#preparing ?? Promise.resolve());
  }

  async getToken(
    scopes: string | string[],
    options: IAzureTokenOptions = {}
  ): Promise<IAzureToken> {
    await this.prepare();
    const configured = this.#configured;
    const request = toTokenRequest(typeof scopes === 'string' ? [scopes] : scopes, options);
    if (configured === null) {
      throw this.#noAccountError(request);
    }
    try {
      const token = await configured.getToken(request, options);
      if (configured === this.#configured) {
        return token;
      }
    } catch (error) {
      if (configured === this.#configured) {
        throw error;
      }
    }
    // The settings have changed in the meantime.
    return this.getToken(scopes, options);
  }

  async signIn(
    request: IAzureTokenRequest | null = null,
    method?: SignInMethodName
  ): Promise<AzureAuthState> {
    if (this.#configured === null) {
      // Not prepared, so the window may be blocked; the user is then told.
      await this.prepare();
    }
    return this.#configured === null
      ? this.#state
      : this.#configured.signIn(request, method ?? null);
  }

  cancel(): void {
    this.#configured?.interactive.cancel();
  }

  showWindow(): void {
    this.#configured?.interactive.showWindow();
  }

  async signOut(): Promise<void> {
    this.cancel();
    if (this.#configured === null) {
      // After a reload, it may not be known yet whether this tab has a sign-in.
      await this.prepare();
    }
    await this.#configured?.signOut();
  }

  withdraw(request: IAzureTokenRequest): void {
    this.#configured?.withdraw(request);
  }

  async retryAmbient(): Promise<void> {
    await this.prepare();
    await this.#configured?.retryAmbient();
  }

  async persist(persist: boolean): Promise<void> {
    await this.#configured?.persist(persist);
  }

  get own(): readonly ISignIn[] {
    return this.#configured?.store.own ?? [];
  }

  get others(): readonly IAzureAccount[] {
    return this.#configured?.store.others ?? [];
  }

  accountFor(wanted?: string): IAzureAccount | null {
    return this.#configured?.store.choose(wanted)?.account ?? null;
  }

  chosenTenantFor(wanted?: string): string | undefined {
    return this.#configured?.store.choose(wanted)?.tenantId;
  }

  chooseTenant(accountId: string, tenantId: string | null): void {
    this.#configured?.chooseTenant(accountId, tenantId);
  }

  async switchTo(accountId: string): Promise<void> {
    await this.#configured?.switchTo(accountId);
  }

  async signOutOf(accountId: string): Promise<void> {
    await this.#configured?.signOutOf(accountId);
  }

  async continueAs(id: string): Promise<void> {
    await this.#configured?.continueAs(id);
  }

  #startAfter(before: Promise<void>): Promise<void> {
    const preparing = before.then(async () => {
      try {
        await this.#start();
      } catch (error) {
        // The next caller tries again: the server or the network may be back by then.
        if (this.#preparing === preparing) {
          this.#preparing = null;
        }
        this.#stop();
        this.#fail(problemOf(error, null));
      }
    });
    this.#preparing = preparing;
    return preparing;
  }

  async #start(): Promise<void> {
    const configuration = await this.options.readConfig();
    this.#stop();
    if (configuration.kind === 'malformed') {
      const { detail, sentence } = configuration;
      const optionalSentence = sentence === undefined ? {} : { sentence };
      const problem = {
        code: 'bad_configuration',
        detail,
        request: null,
        ...optionalSentence
      } as const;
      return this.#setState(needsAttention(problem, null));
    }
    this.#methods = configuration.methods;
    if (configuration.popup === null && configuration.server === null) {
      return this.#setState({ kind: 'not-configured' });
    }
    const configured = await this.#load(configuration);
    this.#configured = configured;
    await configured.start();
  }

  async #load(configuration: IConfigured): Promise<ConfiguredAuth> {
    const { broadcast, createProviders } = this.options;
    try {
      const [{ ConfiguredAuth }, sources] = await Promise.all([
        import('../on-demand'),
        createProviders(configuration)
      ]);
      const isCurrent = (): boolean => this.#configured === configured;
      const configured: ConfiguredAuth = new ConfiguredAuth({
        ...sources,
        allowedResources: configuration.allowedResources,
        broadcast,
        state: () => this.#state,
        setState: state => isCurrent() && this.#setState(state),
        onSignedIn: () => this.#signInCount++,
        onDetails: details => isCurrent() && this.#onDetails(details)
      });
      return configured;
    } catch (error) {
      throw error instanceof AzureAuthError
        ? error
        : new AzureAuthError('unavailable', {
            code: 'library_missing',
            detail: null,
            request: null
          });
    }
  }

  /** Report a problem. A server that does not answer is asked again automatically. */
  #fail(problem: IAzureProblem): void {
    if (!isReported(this.#state, problem)) {
      this.#setState(needsAttention(problem, null));
    }
    if (problem.code === 'no_answer') {
      window.clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.prepare(), SERVER_RETRY_MS);
    }
  }

  /** Drop the sign-in of the earlier configuration. */
  #stop(): void {
    this.#methods = [];
    this.#configured?.close();
    this.#configured = null;
    this.#onDetails({ candidates: [], stored: NOTHING_STORED });
  }

  #noAccountError(request: IAzureTokenRequest): AzureAuthError {
    return new AzureAuthError('unavailable', {
      ...(this.#state.kind === 'needs-attention'
        ? this.#state.problem
        : { code: 'not_configured', detail: null }),
      request
    });
  }

  #setState(state: AzureAuthState): void {
    this.#state = state;
    this.#stateChanged.emit(state);
  }

  #onDetails({ candidates, stored }: ServerSessionDetails): void {
    this.#candidates = candidates;
    this.#stored = stored;
    this.#candidatesChanged.emit();
  }

  #state: AzureAuthState = { kind: 'starting' };
  #signInCount = 0;
  #methods: readonly IAzureSignInMethod[] = [];
  #candidates: readonly IIdentityCandidate[] = [];
  #stored = NOTHING_STORED;
  readonly #candidatesChanged = new Signal<this, void>(this);
  readonly #stateChanged = new Signal<this, AzureAuthState>(this);
  #preparing: Promise<void> | null = null;
  #timer: number | undefined;
  #configured: ConfiguredAuth | null = null;
}

export namespace AzureAuth {
  export interface IOptions {
    /** Settings of the user and the server; rejects when the server does not answer. */
    readonly readConfig: () => Promise<Configuration>;
    /** Loads the sign-in library, which is large: called when a sign-in becomes likely. */
    readonly createProviders: (configuration: IConfigured) => Promise<IProviders>;
    readonly broadcast: SignOutBroadcast;
  }
}

function toTokenRequest(scopes: string[], options: IAzureTokenOptions): IAzureTokenRequest {
  const { tenantId, claims, account } = options;
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(claims === undefined ? {} : { claims }),
    ...(account === undefined ? {} : { account })
  };
}
