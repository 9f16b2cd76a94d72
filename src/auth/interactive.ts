import type { ISignInMethod } from '../providers/provider';
import type { IAzureAccount, IAzureTokenRequest } from '../tokens';
import { problemOf } from './errors';
import { isSameTokenRequest } from './same-token-request';
import { needsAttention } from './needs-attention';
import type { ICurrentSignIn } from './same-sign-in';
import type { AuthStore } from './store';

/** Runs interactive sign-ins: one attempt at a time, the newest. */
export class InteractiveSignIn {
  /**
   * @param onSignedIn - Called when a sign-in succeeds, before the session's state says so; not if
   * it only answered a question about an account that is not active.
   */
  constructor(
    private readonly store: AuthStore,
    private readonly onSignedIn: () => void
  ) {}

  get isInProgress(): boolean {
    return this.#attempt !== null;
  }

  cancel(): void {
    this.#attempt?.abort();
  }

  /** Bring the sign-in window to the front, if it is open and the browser lets this page. */
  showWindow(): void {
    if (this.#opened?.closed === false) {
      this.#opened.focus();
    }
  }

  /**
   * Record that no caller waits for the attempt's need, so that its failure is no longer a problem.
   */
  withdraw(request: IAzureTokenRequest): void {
    this.#isMoot ||= this.#request !== null && isSameTokenRequest(this.#request, request);
  }

  /** Start an attempt, inside the click. Resolves when it is over, however it ends. */
  async start(method: ISignInMethod, request: IAzureTokenRequest | null): Promise<void> {
    this.#attempt?.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#request = request;
    this.#isMoot = false;
    this.#opened = null;
    const { store } = this;
    const isCurrent = (): boolean => this.#attempt === attempt;
    const hint = this.#loginHint(request);
    const isOther = hint !== null && store.signedIn !== null && hint !== store.signedIn.account;
    const signingIn = { kind: 'signing-in', method: method.name, deviceCode: null } as const;
    const pending = method.signIn(this.#inTenant(request, hint), hint, attempt.signal, {
      onPopupMaybeClosed: () => {
        if (isCurrent() && !this.#isMoot) {
          const problem = { code: 'popup_closed', detail: null, request } as const;
          store.setState(needsAttention(problem, store.signedIn));
        }
      },
      onWindow: opened => {
        this.#opened = isCurrent() ? opened : this.#opened;
      },
      onDeviceCode: deviceCode => {
        if (isCurrent()) {
          store.setState({ ...signingIn, deviceCode });
        }
      }
    });
    store.setState(signingIn);
    try {
      const signIn = await pending;
      if (isCurrent()) {
        // The server keeps the active account itself, and returns that one.
        const isAtServer = method.name !== 'popup';
        const kept = isAtServer ? store.signedIn?.account : hint;
        const { current } = store;
        if (isOther && signIn.account.id === kept?.id && current?.provider === method.provider) {
          await (isAtServer ? store.resetToCurrent() : keepActive(current, store));
        } else {
          this.onSignedIn();
          await store.completeSignIn(signIn, method.provider);
        }
      }
    } catch (error) {
      if (isCurrent() && (attempt.signal.aborted || this.#isMoot)) {
        store.resetToCurrent();
      } else if (isCurrent()) {
        store.setState(needsAttention(problemOf(error, request), store.signedIn));
      }
    } finally {
      if (isCurrent()) {
        this.#attempt = null;
        this.#opened = null;
      }
    }
  }

  /** Return a request with the tenant that the user has chosen for those that name none. */
  #inTenant(
    request: IAzureTokenRequest | null,
    hint: IAzureAccount | null
  ): IAzureTokenRequest | null {
    // Not that of the hint, which is another account's if the requested one is not signed in.
    const tenantId = hint === null ? undefined : this.store.choose(request?.account)?.tenantId;
    return request === null || request.tenantId !== undefined || tenantId === undefined
      ? request
      : { ...request, tenantId };
  }

  /** Return the account to use as a login hint; null if the user has to choose. */
  #loginHint(request: IAzureTokenRequest | null): IAzureAccount | null {
    if (request?.prompt) {
      return null;
    }
    const { signedIn } = this.store;
    const chosen = this.store.choose(request?.account)?.account ?? signedIn?.account ?? null;
    // An ambient identity cannot be used as a login hint.
    return signedIn?.ambient === true && chosen === signedIn.account ? null : chosen;
  }

  #attempt: AbortController | null = null;
  #opened: Pick<Window, 'closed' | 'focus'> | null = null;
  #request: IAzureTokenRequest | null = null;
  #isMoot = false;
}

/** Keep the active account after a sign-in that only answered a question about another one. */
async function keepActive(
  { signedIn, provider, signedInAt }: ICurrentSignIn,
  store: AuthStore
): Promise<void> {
  const switched = provider.accounts?.switchTo(signedIn.account.id);
  // As this tab records it; other tabs learn of the other account.
  store.setSignedIn({ ...signedIn, signedInAt, activeSince: Date.now() }, provider);
  await switched;
}
