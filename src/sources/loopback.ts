import { isWanted } from '../session/account';
import { AzureAuthError } from '../session/errors';
import { aadstsNumber, type ServerHalf } from '../session/server-half';
import type { AzureProblemCode, IAzureAccount, IAzureToken, IAzureTokenNeed } from '../tokens';
import { watchPopup } from './popup-window';
import { readAccount, readProblem, readToken } from './server-answer';
import { serverProblem } from './server-problem';
import type { ISignIn, ISilentRequest, ISource } from './source';

/** Where the landing page finds what proves that this browser began the sign-in. */
const PROOF = 'jupyter-azure-auth:proof';

/** Milliseconds between two questions whether the window has come back. */
const LOOK = 500;

/**
 * Sign-in in a window that comes back to Jupyter's own port. The server half redeems the code and
 * holds the refresh token, so that the sign-in outlives the page; no registration is needed.
 */
export class LoopbackSource implements ISource {
  readonly name = 'loopback';

  /** @param port - Of the address by which this browser reaches Jupyter. */
  constructor(
    private readonly server: ServerHalf,
    private readonly port: number
  ) {}

  async restore(): Promise<ISignIn | null> {
    const session = await this.server.ask('session');
    const account = readAccount(session.get('account'));
    const madeOn = session.get('made_on');
    return account !== null && session.get('source') === 'loopback' && typeof madeOn === 'number'
      ? { account, madeOn: madeOn * 1000, endsOn: null }
      : null;
  }

  async signIn(
    need: IAzureTokenNeed | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    onDoubt: () => void
  ): Promise<ISignIn> {
    // Nothing may be awaited before this call, or the browser blocks the window.
    const opened = window.open('about:blank', '_blank', 'popup,width=483,height=600');
    if (opened === null) {
      throw problem('popup_blocked', null, need);
    }
    const close = (): void => opened.close();
    signal.addEventListener('abort', close);
    const unwatch = watchPopup(opened, onDoubt);
    try {
      const flow = await this.send(opened, need, current);
      await this.comesBack(flow, need, signal);
      const made = await this.restore();
      if (made === null) {
        throw problem('failed', null, need);
      }
      return made;
    } catch (error) {
      close();
      throw signal.aborted ? signal.reason : serverProblem(error, need);
    } finally {
      unwatch();
      signal.removeEventListener('abort', close);
    }
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const { account, force, enableCae, ...need } = request;
    try {
      const answer = await this.server.ask('token', {
        ...wireNeed(need),
        account: account.id,
        force,
        enable_cae: enableCae
      });
      const token = readToken(answer);
      if (token === null) {
        throw problem('failed', null, need);
      }
      return token;
    } catch (error) {
      throw serverProblem(error, need);
    }
  }

  async forget(): Promise<void> {
    await this.server.ask('sign-out');
  }

  /** Send the window to the authority. @returns The id of the sign-in. */
  private async send(
    opened: Window,
    need: IAzureTokenNeed | null,
    current: IAzureAccount | null
  ): Promise<string> {
    const started = await this.server.ask('loopback/start', {
      port: this.port,
      ...(need === null ? {} : wireNeed(need)),
      // Whoever needs another account has to pick it.
      ...(current === null || !isWanted(current, need?.account)
        ? {}
        : { login_hint: current.username })
    });
    localStorage.setItem(PROOF, String(started.get('proof')));
    // A page of the authority, or whatever it leads to, must not be able to navigate this one.
    opened.opener = null;
    opened.location.href = String(started.get('authorize_url'));
    return String(started.get('flow'));
  }

  /** Wait for the landing page to have brought the code, and the proof, to the server half. */
  private async comesBack(
    flow: string,
    need: IAzureTokenNeed | null,
    signal: AbortSignal
  ): Promise<void> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const status = await this.server.ask('loopback/status', { flow });
        const state = status.get('state');
        if (state === 'done') {
          return;
        }
        if (state === 'failed') {
          const detail = aadstsNumber(status.get('detail'));
          throw problem(readProblem(status.get('problem')), detail, need);
        }
        await new Promise(resolve => setTimeout(resolve, LOOK));
      }
    } finally {
      localStorage.removeItem(PROOF);
      if (signal.aborted) {
        await this.server.ask('loopback/cancel', { flow });
      }
    }
  }
}

function wireNeed({ scopes, tenantId, claims }: IAzureTokenNeed): object {
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(claims === undefined ? {} : { claims })
  };
}

function problem(
  code: AzureProblemCode,
  detail: string | null,
  need: IAzureTokenNeed | null
): AzureAuthError {
  return new AzureAuthError('failed', { code, detail, need });
}
