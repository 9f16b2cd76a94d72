import type { IAzureToken } from '../tokens';
import type { IHolder, ISignIn, ISilentRequest, IWay } from './source';

/** Milliseconds before its end from which a token is the library's business, which renews it. */
const RENEWAL = 300_000;

/** Milliseconds by which two ends are still the same. */
const SAME_END = 2_000;

/** A token, and how long it lives by a clock that nobody sets, in milliseconds. */
interface IHeld {
  readonly token: IAzureToken;
  readonly life: number;
  readonly came: number;
}

/**
 * A holder that has its tokens at hand for the life of the page. MSAL.js has them too, but reads and
 * checks several entries of `sessionStorage` each time: 0.8 of the 5 ms that a kernel waits for a
 * token that its page has (`npm run bench`).
 */
export class HeldTokens implements IHolder {
  constructor(private readonly holder: IHolder) {}

  get cloud(): string {
    return this.holder.cloud;
  }

  restore(): Promise<ISignIn | null> {
    return this.holder.restore();
  }

  async getToken(request: ISilentRequest): Promise<IAzureToken> {
    const { tokens } = this;
    const key = keyOf(request);
    const held = tokens.get(key);
    if (held !== undefined && isGoodFor(request, held)) {
      return byClock(held);
    }
    let token = await this.holder.getToken(request);
    if (held !== undefined && token.token === held.token.token) {
      if (left(held) > 0) {
        return byClock(held);
      }
      // The library goes by a clock that was set back.
      token = await this.holder.getToken({ ...request, force: true });
    }
    // Into the map of the beginning: who has signed out meanwhile leaves nothing behind.
    const life = token.expiresOnTimestamp - Date.now();
    tokens.set(key, { token, life, came: performance.now() });
    return token;
  }

  forget(elsewhere: boolean): Promise<void> {
    this.tokens = new Map();
    return this.holder.forget(elsewhere);
  }

  /** The same way, into this holder: whoever signs in by it finds no token from before. */
  reachedBy(way: IWay): IWay {
    return {
      name: way.name,
      holder: this,
      signIn: async (...asked) => {
        // Nothing may be awaited before this call, or the browser blocks the window.
        const made = await way.signIn(...asked);
        this.tokens = new Map();
        return made;
      }
    };
  }

  /** Replaced, never emptied, when somebody signs in or out. */
  private tokens = new Map<string, IHeld>();
}

/** A token for claims replaces the one that was refused, so they are no part of it. */
function keyOf({ account, scopes, tenantId, enableCae }: ISilentRequest): string {
  return JSON.stringify([account.id, scopes, tenantId ?? null, enableCae]);
}

function isGoodFor({ claims, force }: ISilentRequest, held: IHeld): boolean {
  const { expiresOnTimestamp, refreshAfterTimestamp = Infinity } = held.token;
  // Not all of a short life, or every call would renew it; as `_lifetime.py` has it for kernels.
  const lead = Math.max(
    Math.min(RENEWAL, held.life * 0.8),
    expiresOnTimestamp - refreshAfterTimestamp
  );
  return !force && claims === undefined && left(held) > lead;
}

/** Milliseconds to its end: the wall clock can be set, the steady one may sleep with the computer. */
function left({ token, life, came }: IHeld): number {
  return Math.min(token.expiresOnTimestamp - Date.now(), came + life - performance.now());
}

/** The token with its end by the wall clock as it is set now. */
function byClock(held: IHeld): IAzureToken {
  const { token } = held;
  const ends = Math.round(Date.now() + left(held));
  return ends < token.expiresOnTimestamp - SAME_END
    ? { ...token, expiresOnTimestamp: ends }
    : token;
}
