import type { ITokenProvider } from '../providers/provider';
import type {
  IAzureAccount,
  IAzureSignedIn,
  IAzureToken,
  IAzureTokenRequest,
  IAzureTokenOptions
} from '../tokens';
import { isSignedOut, satisfies } from './account';
import type { InteractiveSignIn } from './interactive';
import { AzureAuthError } from './errors';
import { needsAttention } from './needs-attention';
import type { AuthStore } from './store';

/** Gets tokens for the current account without prompting the user. */
export class SilentTokenClient {
  constructor(
    private readonly store: AuthStore,
    private readonly interactive: InteractiveSignIn,
    private readonly options: SilentTokenClient.IOptions
  ) {}

  /** Concurrent calls for the same token share one request. */
  get(request: IAzureTokenRequest, options: IAzureTokenOptions): Promise<IAzureToken> {
    const { cloud, enableCae = false, force = false, requireUser } = options;
    const key = JSON.stringify([request, force, enableCae, cloud, requireUser]);
    const shared = this.inFlight.get(key);
    if (shared !== undefined) {
      return shared;
    }
    const token = this.acquire(request, options).finally(() => {
      if (this.inFlight.get(key) === token) {
        this.inFlight.delete(key);
      }
    });
    this.inFlight.set(key, token);
    return token;
  }

  /** Make later calls start new requests instead of sharing earlier ones. */
  dropInFlight(): void {
    this.inFlight.clear();
  }

  private async acquire(
    request: IAzureTokenRequest,
    options: IAzureTokenOptions
  ): Promise<IAzureToken> {
    const { store } = this;
    if (store.signedIn === null && !this.interactive.isInProgress) {
      // Another tab or browser may have signed in since, if the server holds the sign-in.
      await store.restore();
      await store.ambientSettled();
    }
    const { signedIn, provider } = store;
    const cloud = provider?.cloud ?? this.options.cloud;
    if (options.cloud !== undefined && options.cloud !== cloud) {
      throw new AzureAuthError('unavailable', { code: 'other_cloud', detail: cloud, request });
    }
    const isUnfit = signedIn?.ambient === true && options.requireUser === true;
    if (
      signedIn === null ||
      provider === null ||
      isUnfit ||
      !satisfies(signedIn, request.account)
    ) {
      throw this.noAccountError(request);
    }
    const { account } = signedIn;
    try {
      const token = await provider.getToken({
        ...request,
        account,
        force: options.force === true,
        enableCae: options.enableCae === true
      });
      if (this.isCurrent(account, provider)) {
        store.withdraw(request);
        return token;
      }
    } catch (error) {
      const isEnd = error instanceof AzureAuthError && error.code === 'sign_in_required';
      const isForServer = isEnd && (await this.options.recheck(provider));
      if (this.isCurrent(account, provider)) {
        throw this.reportFailure(error, signedIn, isForServer);
      }
    }
    if (isSignedOut(store.state)) {
      // A token that arrived after the sign-out was stored again.
      await provider.clear(true);
    }
    return this.acquire(request, options);
  }

  private noAccountError(request: IAzureTokenRequest): AzureAuthError {
    return this.store.state.kind === 'not-configured'
      ? new AzureAuthError('unavailable', { code: 'not_configured', detail: null, request })
      : new AzureAuthError('sign_in_required', { code: 'sign_in_ended', detail: null, request });
  }

  /** Whether the account is the same as before a wait: otherwise its token must not be used. */
  private isCurrent(account: IAzureAccount, provider: ITokenProvider): boolean {
    const { store } = this;
    return store.signedIn?.account.id === account.id && store.provider === provider;
  }

  /**
   * Report a failure in the panel if only the user can resolve it. A lost network ends no sign-in.
   *
   * @param isForServer - Whether the server extension alone decides if the sign-in is over.
   * @returns The error for the caller.
   */
  private reportFailure(error: unknown, signedIn: IAzureSignedIn, isForServer: boolean): unknown {
    const { store } = this;
    if (!(error instanceof AzureAuthError)) {
      return error;
    }
    const isEnd = error.code === 'sign_in_required';
    if (isEnd && isForServer && signedIn.ambient) {
      // The identity is still there: only this request failed, and no sign-in can fix that.
      return new AzureAuthError('failed', { ...error.problem, code: 'refused' });
    }
    if (store.signedIn !== signedIn || this.interactive.isInProgress) {
      return error;
    }
    if (isEnd && !isForServer) {
      store.invalidate(error.problem);
    } else if (error.code === 'consent_required') {
      store.setState(needsAttention(error.problem, signedIn));
    }
    return error;
  }

  private readonly inFlight = new Map<string, Promise<IAzureToken>>();
}

export namespace SilentTokenClient {
  export interface IOptions {
    /** Cloud of a sign-in that is still to be made. */
    readonly cloud: string | null;
    /**
     * Find out whether another account is signed in by now, if the provider is shared.
     *
     * @returns Whether it is shared: then this page must not conclude that a sign-in is over.
     */
    readonly recheck: (provider: ITokenProvider) => Promise<boolean>;
  }
}
