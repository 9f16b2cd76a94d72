/**
 * A sign-out that the server extension has not confirmed: this page continues it, and so does the
 * next one that is loaded. Stored in `localStorage`: an account id and a time, no token.
 */
export class UnfinishedSignOut {
  /** @param baseUrl - The Jupyter server's: several may share an origin. */
  constructor(baseUrl: string) {
    this.key = `jupyter-azure-auth:signing-out:${baseUrl}`;
  }

  get isThere(): boolean {
    return this.whose !== null;
  }

  /** @param whose - Identifies the sign-in to end; empty if this page does not know. */
  begin(whose: string): void {
    this.here = whose;
    if (whose !== '') {
      try {
        localStorage.setItem(this.key, whose);
      } catch {
        // The storage is full, so the next page does not know.
      }
    }
  }

  /** Whether a sign-in may be the one to end: a newer one never is. */
  isAbout(whose: string): boolean {
    return this.whose === '' || whose === '' || this.whose === whose;
  }

  end(): void {
    this.here = null;
    localStorage.removeItem(this.key);
  }

  private get whose(): string | null {
    return this.here ?? localStorage.getItem(this.key);
  }

  private readonly key: string;
  /** Null if this page has started none. */
  private here: string | null = null;
}
