import type { IAzureToken } from '../tokens';
import type { IHolder, ISignIn, ISilentRequest, IWay } from './source';

/** Milliseconds before its end from which a token is the library's business, which renews it. */
const RENEWAL = 300_000;

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
      return held;
    }
    const token = await this.holder.getToken(request);
    // Into the map of the beginning: who has signed out meanwhile leaves nothing behind.
    tokens.set(key, token);
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
  private tokens = new Map<string, IAzureToken>();
}

/** A token for claims replaces the one that was refused, so they are no part of it. */
function keyOf({ account, scopes, tenantId, enableCae }: ISilentRequest): string {
  return JSON.stringify([account.id, scopes, tenantId ?? null, enableCae]);
}

function isGoodFor({ claims, force }: ISilentRequest, token: IAzureToken): boolean {
  const { expiresOnTimestamp, refreshAfterTimestamp = Infinity } = token;
  const renewal = Math.min(expiresOnTimestamp - RENEWAL, refreshAfterTimestamp);
  return !force && claims === undefined && Date.now() < renewal;
}
