import { type ISignal, Signal } from '@lumino/signaling';
import { AzureAuthError, type AzureAuthErrorCode } from '../session/errors';
import { withRetries } from '../session/retry';
import { type ServerHalf, ServerHalfError, UNREADABLE } from '../session/server-half';
import type { AzureProblemCode, IAzureToken, IAzureTokenNeed } from '../tokens';
import { readSession, readToken, whoseSignIn } from './server-answer';
import { serverProblem } from './server-problem';
import type { IHolder, IServerSession, IServerSide, ISignIn, ISilentRequest } from './source';
import { UnfinishedSignOut } from './unfinished-sign-out';

/**
 * What the server extension holds: the user's interactive sign-in, made in any browser, or else the
 * ambient identity. Refresh tokens never leave it.
 */
export class ServerHolder implements IHolder, Omit<IServerSide, 'holder'> {
  constructor(
    private readonly server: ServerHalf,
    readonly cloud: string
  ) {
    this.unfinished = new UnfinishedSignOut(server.baseUrl);
  }

  get answered(): ISignal<this, IServerSession> {
    return this._answered;
  }

  get isSigningOut(): boolean {
    return this.unfinished.isThere;
  }

  async restore(): Promise<ISignIn | null> {
    if (this.isSigningOut) {
      return null;
    }
    const { signIn, endedBy } = await this.look();
    if (signIn === null && endedBy !== null) {
      throw failure('sign_in_ended', endedBy, null, 'sign_in_required');
    }
    return signIn;
  }

  async look(again = false): Promise<IServerSession> {
    try {
      const answer = await this.finishSignOut(await this.ask(again));
      const session = readSession(answer, Date.now());
      if (session === null) {
        throw new ServerHalfError(200, UNREADABLE, null);
      }
      this.whose = whoseSignIn(answer);
      this._answered.emit(session);
      return session;
    } catch {
      // Whatever failed, it says nothing about the current sign-in.
      throw failure('no_answer', null, null, 'unavailable');
    }
  }

  async keep(keep: boolean): Promise<void> {
    await this.server.ask('keep', { keep });
  }

  async continueAs(id: string): Promise<void> {
    await this.server.ask('restore', { id });
  }

  /** Return the sign-in that was just made. @throws AzureAuthError if there is none. */
  async entered(need: IAzureTokenNeed | null): Promise<ISignIn> {
    // The new sign-in has replaced the account that was to be signed out.
    this.unfinished.end();
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
        const token = readToken(await this.server.ask('token', wish), Date.now());
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
      this.unfinished.begin(this.whose);
      try {
        await this.server.ask('sign-out');
      } catch {
        throw failure('no_answer', null, null, 'unavailable');
      }
      this.unfinished.end();
    }
  }

  /** Finish a sign-out that the server extension did not confirm, unless it is moot by now. */
  private async finishSignOut(answer: ReadonlyMap<string, unknown>): Promise<typeof answer> {
    if (!this.isSigningOut) {
      return answer;
    }
    const isStillIn = this.unfinished.isAbout(whoseSignIn(answer));
    if (isStillIn) {
      await this.server.ask('sign-out');
    }
    this.unfinished.end();
    return isStillIn ? this.ask() : answer;
  }

  private ask(again = false): Promise<ReadonlyMap<string, unknown>> {
    return this.server.ask('session', again ? { look_again: true } : {});
  }

  /** Which sign-in the server extension held at the last request. */
  private whose = '';
  private readonly unfinished: UnfinishedSignOut;
  private readonly _answered = new Signal<this, IServerSession>(this);
}

/** Return a need as fields of the server extension's routes. */
export function wireNeed({ scopes, tenantId, claims }: IAzureTokenNeed): object {
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(claims === undefined ? {} : { claims })
  };
}

/** Return the error for a sign-in or token that failed at the server extension. */
export function failure(
  code: AzureProblemCode,
  detail: string | null,
  need: IAzureTokenNeed | null,
  wire: AzureAuthErrorCode = 'failed'
): AzureAuthError {
  return new AzureAuthError(wire, { code, detail, need });
}
