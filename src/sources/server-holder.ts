import { type ISignal, Signal } from '@lumino/signaling';
import { AzureAuthError, type AzureAuthErrorCode } from '../session/errors';
import { withRetries } from '../session/retry';
import { type ServerHalf, ServerHalfError, UNREADABLE } from '../session/server-half';
import type { AzureProblemCode, IAzureToken, IAzureTokenNeed } from '../tokens';
import { readSession, readToken } from './server-answer';
import { serverProblem } from './server-problem';
import type { IHolder, IServerSession, IServerSide, ISignIn, ISilentRequest } from './source';

/**
 * What the server half of this extension holds: whoever has signed in by hand, in whatever browser,
 * or else the identity of the machine. Refresh tokens never leave it.
 */
export class ServerHolder implements IHolder, Omit<IServerSide, 'holder'> {
  constructor(
    private readonly server: ServerHalf,
    readonly cloud: string
  ) {}

  get answered(): ISignal<this, IServerSession> {
    return this._answered;
  }

  async restore(): Promise<ISignIn | null> {
    const { signIn, endedBy } = await this.look();
    if (signIn === null && endedBy !== null) {
      throw failure('sign_in_ended', endedBy, null, 'sign_in_required');
    }
    return signIn;
  }

  async look(again = false): Promise<IServerSession> {
    try {
      if (this.unfinished) {
        await this.forget(false);
      }
      const answer = await this.server.ask('session', again ? { look_again: true } : {});
      const session = readSession(answer, Date.now());
      if (session === null) {
        throw new ServerHalfError(200, UNREADABLE, null);
      }
      this._answered.emit(session);
      return session;
    } catch {
      // Whatever it is, it says nothing about who is signed in.
      throw failure('no_answer', null, null, 'unavailable');
    }
  }

  async keep(keep: boolean): Promise<void> {
    await this.server.ask('keep', { keep });
  }

  /** Somebody has just signed in. @throws AzureAuthError where nobody is to be found. */
  async entered(need: IAzureTokenNeed | null): Promise<ISignIn> {
    // Whoever was to be signed out is, by that.
    this.unfinished = false;
    const made = await this.restore();
    if (made === null) {
      throw failure('failed', null, need);
    }
    return made;
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const { account, force, enableCae, ...need } = request;
    try {
      const wish = { ...wireNeed(need), account: account.id, force, enable_cae: enableCae };
      return await withRetries(async () => {
        const token = readToken(await this.server.ask('token', wish));
        if (token === null) {
          throw new ServerHalfError(200, UNREADABLE, null);
        }
        return token;
      });
    } catch (error) {
      throw serverProblem(error, need);
    }
  }

  async forget(elsewhere: boolean): Promise<void> {
    if (!elsewhere) {
      this.unfinished = true;
      await this.server.ask('sign-out');
      this.unfinished = false;
    }
  }

  /** Whether somebody has signed out here, and the server half did not hear of it. */
  private unfinished = false;
  private readonly _answered = new Signal<this, IServerSession>(this);
}

/** The fields by which the server half's routes know what is needed. */
export function wireNeed({ scopes, tenantId, claims }: IAzureTokenNeed): object {
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(claims === undefined ? {} : { claims })
  };
}

/** A sign-in or a token that came to nothing at the server half. */
export function failure(
  code: AzureProblemCode,
  detail: string | null,
  need: IAzureTokenNeed | null,
  wire: AzureAuthErrorCode = 'failed'
): AzureAuthError {
  return new AzureAuthError(wire, { code, detail, need });
}
