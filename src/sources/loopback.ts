import { isWanted } from '../session/account';
import type { ServerHalf } from '../session/server-half';
import type { IAzureAccount, IAzureTokenNeed } from '../tokens';
import { watchPopup } from './popup-window';
import { readStarted } from './server-answer';
import { failure, type ServerHolder, wireNeed } from './server-holder';
import { serverProblem } from './server-problem';
import type { ISignIn, IWay, IWayEvents } from './source';
import { aborted, untilDone } from './under-way';

/**
 * Prefix of the key under which the landing page finds the proof that this browser started the
 * sign-in; the id of the sign-in follows, since tabs may sign in at the same time.
 */
const PROOF = 'jupyter-azure-auth:proof:';

/** Milliseconds between status requests. */
const LOOK = 500;

/**
 * Sign-in in a window that returns to Jupyter's own port. The server extension redeems the code and
 * holds the refresh token, so that the sign-in outlives the page; no registration is needed.
 */
export class LoopbackWay implements IWay {
  readonly name = 'loopback';

  /** @param port - Of the address at which this browser reaches Jupyter. */
  constructor(
    private readonly server: ServerHalf,
    readonly holder: ServerHolder,
    private readonly port: number
  ) {}

  async signIn(
    need: IAzureTokenNeed | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    { onDoubt }: IWayEvents
  ): Promise<ISignIn> {
    // Nothing may be awaited before this call, or the browser blocks the window.
    const opened = window.open('about:blank', '_blank', 'popup,width=483,height=600');
    if (opened === null) {
      throw failure('popup_blocked', null, need);
    }
    const unwatch = watchPopup(opened, onDoubt);
    try {
      await Promise.race([this.goThrough(opened, need, current, signal), aborted(signal)]);
      return await this.holder.entered(need);
    } catch (error) {
      // Browsers ignore this while the window shows the authority's page: it no longer has an
      // opener.
      opened.close();
      throw signal.aborted ? signal.reason : serverProblem(error, need);
    } finally {
      unwatch();
    }
  }

  /** Runs from the click to the end, even if the caller no longer waits. */
  private async goThrough(
    opened: Window,
    need: IAzureTokenNeed | null,
    current: IAzureAccount | null,
    signal: AbortSignal
  ): Promise<void> {
    const started = readStarted(await this.server.ask('loopback/start', this.wish(need, current)));
    if (started === null) {
      throw failure('failed', null, need);
    }
    const { flow, proof, address } = started;
    const cancel = (): void => void this.server.ask('loopback/cancel', { flow }).catch(() => null);
    if (signal.aborted) {
      return cancel();
    }
    signal.addEventListener('abort', cancel);
    try {
      localStorage.setItem(PROOF + flow, proof);
      // A page of the authority, or one that it leads to, must not be able to navigate this one.
      opened.opener = null;
      opened.location.href = address;
      // The landing page sends the code and the proof to the server extension.
      await untilDone(this.server, this.name, flow, { need, signal, pause: LOOK });
    } finally {
      signal.removeEventListener('abort', cancel);
      localStorage.removeItem(PROOF + flow);
    }
  }

  private wish(need: IAzureTokenNeed | null, current: IAzureAccount | null): object {
    return {
      port: this.port,
      ...(need === null ? {} : wireNeed(need)),
      // A user who needs another account has to choose it.
      ...(current === null || !isWanted(current, need?.account)
        ? {}
        : { login_hint: current.username })
    };
  }
}
