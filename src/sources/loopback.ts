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
 * Where the landing page finds what proves that this browser began the sign-in; the id of the
 * sign-in follows, since tabs may sign in at the same time.
 */
const PROOF = 'jupyter-azure-auth:proof:';

/** Milliseconds between two questions whether the window has come back. */
const LOOK = 500;

/**
 * Sign-in in a window that comes back to Jupyter's own port. The server half redeems the code and
 * holds the refresh token, so that the sign-in outlives the page; no registration is needed.
 */
export class LoopbackWay implements IWay {
  readonly name = 'loopback';

  /** @param port - Of the address by which this browser reaches Jupyter. */
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
      // Where the authority's page is shown, browsers do not let us: it has no opener any more.
      opened.close();
      throw signal.aborted ? signal.reason : serverProblem(error, need);
    } finally {
      unwatch();
    }
  }

  /** From the click to the end, also when that is not waited for any more. */
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
      // A page of the authority, or whatever it leads to, must not be able to navigate this one.
      opened.opener = null;
      opened.location.href = address;
      // The landing page brings the code, and the proof, to the server half.
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
      // Whoever needs another account has to pick it.
      ...(current === null || !isWanted(current, need?.account)
        ? {}
        : { login_hint: current.username })
    };
  }
}
