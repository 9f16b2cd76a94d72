import { parseJSON } from '../auth/parse-json';

/**
 * A sign-out that the server extension has not confirmed: this page continues it, and so does the
 * next one that is loaded. Stored in `localStorage`: an account id and a time, no token.
 */
export class UnfinishedSignOut {
  /** @param baseUrl - The Jupyter server's: several may share an origin. */
  constructor(baseUrl: string) {
    this.#key = `jupyter-azure-auth:signing-out:${baseUrl}`;
  }

  get isThere(): boolean {
    return this.#signInId !== null;
  }

  /** @param signInId - Identifies the sign-in to end; empty if this page does not know. */
  begin(signInId: string): void {
    this.#here = signInId;
    if (signInId !== '') {
      try {
        localStorage.setItem(this.#key, signInId);
      } catch {
        // The storage is full, so the next page does not know.
      }
    }
  }

  /** Whether a sign-in may be the one to end: a newer one never is. */
  isAbout(signInId: string): boolean {
    return this.#signInId === '' || signInId === '' || this.#signInId === signInId;
  }

  /** Account of the sign-in to end; null if this page does not know. */
  get accountId(): string | null {
    const signIn = parseJSON(this.#signInId);
    return Array.isArray(signIn) && typeof signIn[0] === 'string' ? signIn[0] : null;
  }

  end(): void {
    this.#here = null;
    localStorage.removeItem(this.#key);
  }

  get #signInId(): string | null {
    return this.#here ?? localStorage.getItem(this.#key);
  }

  readonly #key: string;
  /** Null if this page has started none. */
  #here: string | null = null;
}
