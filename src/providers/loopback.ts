import { matchesAccount } from '../auth/account-choice';
import { failure } from '../auth/failure';
import type { ServerExtensionClient } from '../server-api/client';
import type { IAzureAccount, IAzureTokenRequest } from '../tokens';
import { watchPopup } from './popup-watcher';
import { readStarted } from '../server-api/parse';
import { type ServerTokenProvider, toWireRequest } from './server-provider';
import type { ISignIn, ISignInMethod, ISignInEvents } from './provider';
import { completeAttempt, followAttempt } from './server-attempt';

/**
 * Prefix of the key under which the landing page finds the proof that this browser started the
 * sign-in; the id of the sign-in follows, since tabs may sign in at the same time.
 */
const PROOF_KEY_PREFIX = 'jupyter-azure-auth:proof:';

/** Milliseconds between status requests. */
const STATUS_POLL_MS = 500;

/**
 * Sign-in in a window that returns to Jupyter's own port. The server extension redeems the code and
 * holds the refresh token, so that the sign-in outlives the page; no registration is needed.
 */
export class LoopbackSignIn implements ISignInMethod {
  readonly name = 'loopback';

  /** @param port - Of the address at which this browser reaches Jupyter. */
  constructor(
    private readonly server: ServerExtensionClient,
    readonly provider: ServerTokenProvider,
    private readonly port: number
  ) {}

  async signIn(
    request: IAzureTokenRequest | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    { onPopupMaybeClosed, onWindow }: ISignInEvents
  ): Promise<ISignIn> {
    // Nothing may be awaited before this call, or the browser blocks the window.
    const opened = window.open('about:blank', '_blank', 'popup,width=483,height=600');
    if (opened === null) {
      throw failure('popup_blocked', request);
    }
    onWindow?.(opened);
    const unwatch = watchPopup(opened, onPopupMaybeClosed);
    try {
      const attempt = this.#run(opened, request, current, signal);
      return await completeAttempt(attempt, this.provider, request, signal);
    } catch (error) {
      // Browsers ignore this while the window shows the authority's page, which has no opener.
      opened.close();
      throw error;
    } finally {
      unwatch();
    }
  }

  async #run(
    opened: Window,
    request: IAzureTokenRequest | null,
    current: IAzureAccount | null,
    signal: AbortSignal
  ): Promise<void> {
    const started = readStarted(
      await this.server.post('loopback/start', this.#startFields(request, current))
    );
    if (started === null) {
      throw failure('failed', request);
    }
    const { attemptId, proof, address } = started;
    try {
      // The landing page sends the code and the proof to the server extension.
      await followAttempt(this.server, {
        ...{ method: this.name, id: attemptId, request, signal, pause: STATUS_POLL_MS },
        show: () => {
          localStorage.setItem(PROOF_KEY_PREFIX + attemptId, proof);
          // A page of the authority, or one that it leads to, must not be able to navigate this one.
          opened.opener = null;
          opened.location.href = address;
        }
      });
    } finally {
      localStorage.removeItem(PROOF_KEY_PREFIX + attemptId);
    }
  }

  #startFields(request: IAzureTokenRequest | null, current: IAzureAccount | null): object {
    const { id, username } = current ?? {};
    return {
      port: this.port,
      ...(request === null ? {} : toWireRequest(request)),
      // A user who needs another account has to choose it.
      ...(current === null || !matchesAccount(current, request?.account)
        ? {}
        : { ...(username !== id && { login_hint: username }), account: id })
    };
  }
}
