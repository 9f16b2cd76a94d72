import { type ISignal, Signal } from '@lumino/signaling';
import { failure } from '../auth/failure';
import { withRetries } from '../server-api/retry';
import { type ServerExtensionClient, ServerExtensionError, UNREADABLE } from '../server-api/client';
import type { IAzureToken, IAzureTokenRequest } from '../tokens';
import { readOthers, readSession, readToken, signInId } from '../server-api/parse';
import { serverProblem } from '../server-api/errors';
import type {
  IOtherAccounts,
  ITokenProvider,
  IServerSession,
  IServerTokens,
  ISignIn,
  ISilentRequest
} from './provider';
import { CachingTokenProvider } from './caching-provider';
import { UnfinishedSignOut } from './unfinished-sign-out';

/**
 * What the server extension holds: the user's interactive sign-in, made in any browser, otherwise
 * the ambient identity. Refresh tokens never leave it.
 */
export class ServerTokenProvider implements ITokenProvider, IServerTokens {
  constructor(
    private readonly server: ServerExtensionClient,
    readonly cloud: string
  ) {
    this.#unfinished = new UnfinishedSignOut(server.baseUrl);
  }

  readonly provider = new CachingTokenProvider(this);

  get answered(): ISignal<this, IServerSession> {
    return this.#answered;
  }

  get isSigningOut(): boolean {
    return this.#unfinished.isThere;
  }

  async restore(): Promise<ISignIn | null> {
    if (this.isSigningOut) {
      return null;
    }
    const { signIn, hasEnded, endedBy } = await this.fetchSession();
    if (hasEnded) {
      throw failure('sign_in_ended', null, { detail: endedBy });
    }
    return signIn;
  }

  async fetchSession(refresh = false): Promise<IServerSession> {
    try {
      const answer = await this.#finishSignOut(await this.#askSession(refresh));
      const session = readSession(answer, Date.now());
      if (session === null) {
        throw new ServerExtensionError(200, UNREADABLE, null);
      }
      this.#signInId = signInId(answer);
      this.#others = session.others;
      this.#signIn = session.signIn;
      this.#answered.emit(session);
      return session;
    } catch {
      // Whatever failed, it says nothing about the current sign-in.
      throw failure('no_answer', null);
    }
  }

  async persist(persist: boolean): Promise<void> {
    await this.server.post('persist', { persist });
  }

  async continueAs(id: string): Promise<void> {
    await this.server.post('restore', { id });
  }

  /** Return the sign-in that was just made. @throws AzureAuthError if there is none. */
  async completeSignIn(request: IAzureTokenRequest | null): Promise<ISignIn> {
    const wasSigningOut = this.isSigningOut;
    this.#unfinished.end();
    const signIn = await this.restore();
    if (signIn === null) {
      throw failure('failed', request);
    }
    if (wasSigningOut) {
      // While a machine's identity is preferred, the others begin with the new sign-in.
      const left = this.#others.slice(signIn.ambient ? 1 : 0);
      // What is left is what should have been signed out. If that fails, the panel offers it.
      await Promise.allSettled(left.map(({ account }) => this.#signOutOf(account.id)));
    }
    return signIn;
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const { account, force, enableCae, ...tokenRequest } = request;
    try {
      const fields = {
        ...toWireRequest(tokenRequest),
        account: account.id,
        force,
        enable_cae: enableCae
      };
      return await withRetries(async () => {
        const token = readToken(await this.server.post('token', fields), Date.now());
        if (token === null) {
          throw new ServerExtensionError(200, UNREADABLE, null);
        }
        return token;
      });
    } catch (error) {
      throw serverProblem(error, tokenRequest);
    }
  }

  async clear(elsewhere: boolean): Promise<void> {
    if (!elsewhere) {
      this.#unfinished.begin(this.#signInId);
      try {
        await this.server.post('sign-out');
      } catch {
        throw failure('no_answer', null);
      }
      this.#unfinished.end();
    }
  }

  get accounts(): IOtherAccounts {
    return {
      others: this.#others,
      switchTo: account => this.#switchTo(account),
      signOut: account => this.#signOutOf(account),
      // The other tab has told the server, whose next answer may contain a newer sign-in.
      forget: async accountId => {
        this.#others = this.#others.filter(({ account }) => account.id !== accountId);
      }
    };
  }

  async #signOutOf(accountId: string): Promise<void> {
    try {
      await this.server.post('sign-out', { account: accountId });
    } catch (error) {
      throw serverProblem(error, null);
    }
    await this.accounts.forget(accountId);
  }

  async #switchTo(account: string): Promise<void> {
    try {
      await this.server.post('switch-account', { account });
      const all = this.#signIn === null ? this.#others : [this.#signIn, ...this.#others];
      this.#others = all.filter(({ ambient, ...one }) => !ambient && one.account.id !== account);
    } catch (error) {
      // If another page has signed this account out, the next answer does not contain it.
      if (!(error instanceof ServerExtensionError) || error.code !== 'not_found') {
        throw serverProblem(error, null);
      }
    }
  }

  /** Finish a sign-out that the server extension did not confirm, unless it is moot by now. */
  async #finishSignOut(answer: ReadonlyMap<string, unknown>): Promise<typeof answer> {
    if (!this.isSigningOut) {
      return answer;
    }
    const isStillIn = this.#unfinished.isAbout(signInId(answer));
    // Another page has switched accounts, or added one that must not be signed out.
    const { accountId } = this.#unfinished;
    const isOther = readOthers(answer, 0).some(({ account }) => account.id === accountId);
    if (isStillIn || isOther) {
      await this.server.post('sign-out', isStillIn ? {} : { account: accountId });
    }
    this.#unfinished.end();
    return isStillIn || isOther ? this.#askSession() : answer;
  }

  #askSession(refresh = false): Promise<ReadonlyMap<string, unknown>> {
    return this.server.post('session', refresh ? { refresh: true } : {});
  }

  #others: readonly ISignIn[] = [];
  /** The sign-in in the last answer. */
  #signIn: ISignIn | null = null;
  /** Which sign-in the server extension held at the last request. */
  #signInId = '';
  readonly #unfinished: UnfinishedSignOut;
  readonly #answered = new Signal<this, IServerSession>(this);
}

/** Return a need as fields of the server extension's routes. */
export function toWireRequest({ scopes, tenantId, claims }: IAzureTokenRequest): object {
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
    ...(claims === undefined ? {} : { claims })
  };
}
