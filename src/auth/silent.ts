import type { ITokenProvider } from '../providers/provider';
import type {
  IAzureSignedIn,
  IAzureToken,
  IAzureTokenRequest,
  IAzureTokenOptions
} from '../tokens';
import { isSignedOut } from './account';
import type { InteractiveSignIn } from './interactive';
import { AzureAuthError } from './errors';
import { failure } from './failure';
import { needsAttention } from './needs-attention';
import type { IChosenAccount } from './inactive-accounts';
import type { AuthStore } from './store';

/** Gets tokens for the accounts of this page without prompting the user. */
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
    const shared = this.#inFlight.get(key);
    if (shared !== undefined) {
      return shared;
    }
    const token = this.#acquire(request, options).finally(() => {
      if (this.#inFlight.get(key) === token) {
        this.#inFlight.delete(key);
      }
    });
    this.#inFlight.set(key, token);
    return token;
  }

  /** Make later calls start new requests instead of sharing earlier ones. */
  dropInFlight(): void {
    this.#inFlight.clear();
  }

  async #acquire(request: IAzureTokenRequest, options: IAzureTokenOptions): Promise<IAzureToken> {
    const { store } = this;
    if (store.signedIn === null && !this.interactive.isInProgress) {
      // Another tab or browser may have signed in since, if the server holds the sign-in.
      await store.restore();
      await store.whenAmbientLookupDone();
    }
    const { signedIn } = store;
    const chosen = store.choose(request.account);
    const cloud = (chosen?.provider ?? store.provider)?.cloud ?? this.options.cloud;
    if (options.cloud !== undefined && options.cloud !== cloud) {
      throw failure('other_cloud', request, { detail: cloud });
    }
    const isUnfit = chosen?.isActive && signedIn?.ambient === true && options.requireUser === true;
    if (chosen === null || isUnfit) {
      throw this.#noAccountError(request);
    }
    const { account, provider } = chosen;
    const tenantId = request.tenantId ?? chosen.tenantId;
    try {
      const token = await provider.getToken({
        ...request,
        ...(tenantId === undefined ? {} : { tenantId }),
        account,
        force: options.force === true,
        enableCae: options.enableCae === true
      });
      if (this.#isCurrent(chosen, request)) {
        store.withdraw(request);
        return token;
      }
    } catch (thrown) {
      const error = forRequest(thrown, request);
      const isEnd = error instanceof AzureAuthError && error.code === 'sign_in_required';
      const isForServer = isEnd && (await this.options.recheck(provider));
      if (this.#isCurrent(chosen, request)) {
        throw chosen.isActive && signedIn !== null
          ? this.#reportFailure(error, signedIn, isForServer)
          : await this.#reportFailureOfOther(error, chosen, isForServer);
      }
    }
    if (isSignedOut(store.state)) {
      // A token that arrived after the sign-out was stored again.
      await provider.clear(true);
    } else if (store.choose(account.id) === null && !store.wasRefused(account.id)) {
      // The same for the sign-out of an account that is not active.
      await provider.accounts?.forget(account.id);
    }
    return this.#acquire(request, options);
  }

  #noAccountError(request: IAzureTokenRequest): AzureAuthError {
    const isConfigured = this.store.state.kind !== 'not-configured';
    return failure(isConfigured ? 'sign_in_ended' : 'not_configured', request);
  }

  /**
   * Whether a request still gets the account's token after a wait: the user may have switched
   * accounts, or signed out.
   */
  #isCurrent(
    { account, provider, tenantId }: IChosenAccount,
    request: IAzureTokenRequest
  ): boolean {
    const now = this.store.choose(request.account);
    return (
      now?.account.id === account.id &&
      now.provider === provider &&
      (request.tenantId !== undefined || now.tenantId === tenantId)
    );
  }

  /** Same as `reportFailure`, for an account that is not active. */
  async #reportFailureOfOther(
    error: unknown,
    chosen: IChosenAccount,
    isForServer: boolean
  ): Promise<unknown> {
    const { store } = this;
    if (error instanceof AzureAuthError && error.code === 'sign_in_required' && !isForServer) {
      await chosen.provider.accounts?.forget(chosen.account.id);
      // The panel no longer offers it, and kernels forget its tokens.
      store.setState(store.state);
    } else if (error instanceof AzureAuthError && error.code === 'consent_required') {
      if (store.signedIn !== null && !this.interactive.isInProgress) {
        store.setState(needsAttention(error.problem, store.signedIn));
      }
    }
    return error;
  }

  /**
   * Report a failure in the panel if only the user can resolve it. A lost network ends no sign-in.
   *
   * @param isForServer - Whether the server extension alone decides if the sign-in is over.
   * @returns The error for the caller.
   */
  #reportFailure(error: unknown, signedIn: IAzureSignedIn, isForServer: boolean): unknown {
    const { store } = this;
    if (!(error instanceof AzureAuthError)) {
      return error;
    }
    const isEnd = error.code === 'sign_in_required';
    if (isEnd && isForServer && signedIn.ambient) {
      // The identity is still there: only this request failed, and no sign-in can fix that.
      return failure('refused', error.problem.request, error.problem);
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

  readonly #inFlight = new Map<string, Promise<IAzureToken>>();
}

/** Return an error as one of a request, which does not name the tenant that the user has chosen. */
function forRequest(error: unknown, request: IAzureTokenRequest): unknown {
  return error instanceof AzureAuthError && error.problem.request !== null
    ? new AzureAuthError(error.code, { ...error.problem, request })
    : error;
}

export namespace SilentTokenClient {
  export interface IOptions {
    /** Cloud of a sign-in that has not been made yet. */
    readonly cloud: string | null;
    /**
     * Find out whether another account is signed in by now, if the provider is shared.
     *
     * @returns Whether it is shared: then this page must not conclude that a sign-in is over.
     */
    readonly recheck: (provider: ITokenProvider) => Promise<boolean>;
  }
}
