import { refreshLead, SAME_END_MS } from '../auth/token-lifetime';
import type { IAzureToken } from '../tokens';
import type {
  IOtherAccounts,
  ITokenProvider,
  ISignIn,
  ISilentRequest,
  ISignInMethod
} from './provider';

/** A token, and its lifetime by a monotonic clock, in milliseconds. */
interface IHeld {
  readonly token: IAzureToken;
  readonly life: number;
  readonly came: number;
}

/**
 * A provider that caches tokens for the lifetime of the page. MSAL.js caches them too, but reads
 * and checks several entries of `sessionStorage` each time: 0.8 of the 5 ms that a kernel waits for
 * a token that its page has (`npm run bench`).
 */
export class CachingTokenProvider implements ITokenProvider {
  constructor(private readonly provider: ITokenProvider) {}

  get cloud(): string {
    return this.provider.cloud;
  }

  get accounts(): IOtherAccounts | undefined {
    const { accounts } = this.provider;
    return (
      accounts && {
        ...accounts,
        signOut: accountId => {
          this.#tokens = new Map();
          return accounts.signOut(accountId);
        },
        forget: accountId => {
          this.#tokens = new Map();
          return accounts.forget(accountId);
        }
      }
    );
  }

  restore(): Promise<ISignIn | null> {
    return this.provider.restore();
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const tokens = this.#tokens;
    const key = keyOf(request);
    const held = tokens.get(key);
    if (held !== undefined && isGoodFor(request, held)) {
      return byClock(held);
    }
    let token = await this.provider.getToken(request);
    if (held !== undefined && token.token === held.token.token) {
      if (left(held) > 0) {
        return byClock(held);
      }
      // The library uses a clock that was set back.
      token = await this.provider.getToken({ ...request, force: true });
    }
    // Into the map from before the request: a sign-out in the meantime leaves nothing behind.
    const life = token.expiresOnTimestamp - Date.now();
    tokens.set(key, { token, life, came: performance.now() });
    return token;
  }

  clear(elsewhere: boolean): Promise<void> {
    this.#tokens = new Map();
    return this.provider.clear(elsewhere);
  }

  /** Wrap a sign-in method, so that a new sign-in finds no cached token from before. */
  wrap(method: ISignInMethod): ISignInMethod {
    return {
      name: method.name,
      provider: this,
      signIn: async (...args) => {
        // Nothing may be awaited before this call, or the browser blocks the window.
        const signIn = await method.signIn(...args);
        this.#tokens = new Map();
        return signIn;
      }
    };
  }

  /** Replaced, never emptied, on every sign-in and sign-out. */
  #tokens = new Map<string, IHeld>();
}

/** Claims are not part of the key: a token for claims replaces the one that was refused. */
function keyOf({ account, scopes, tenantId, enableCae }: ISilentRequest): string {
  return JSON.stringify([account.id, scopes, tenantId ?? null, enableCae]);
}

function isGoodFor({ claims, force }: ISilentRequest, held: IHeld): boolean {
  const { expiresOnTimestamp, refreshAfterTimestamp } = held.token;
  const refreshIn =
    refreshAfterTimestamp === undefined
      ? null
      : held.life - (expiresOnTimestamp - refreshAfterTimestamp);
  return !force && claims === undefined && left(held) > refreshLead(held.life, refreshIn);
}

/** Milliseconds to its end: the wall clock can be set, the monotonic one may stop during sleep. */
function left({ token, life, came }: IHeld): number {
  return Math.min(token.expiresOnTimestamp - Date.now(), came + life - performance.now());
}

/** Return the token with its end by the current wall clock. */
function byClock(held: IHeld): IAzureToken {
  const { token } = held;
  const ends = Math.round(Date.now() + left(held));
  return ends < token.expiresOnTimestamp - SAME_END_MS
    ? { ...token, expiresOnTimestamp: ends }
    : token;
}
