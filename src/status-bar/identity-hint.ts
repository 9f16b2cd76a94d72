import type { IPageAuth } from '../auth/page-auth';

/**
 * Remembers that this browser has seen an identity at this server, so that later pages look for it
 * and say whose it is. Pages of users without Azure ask the server nothing. Contains no name.
 */
export class IdentityHint {
  /** @param path - The Jupyter server's: several may share an origin. */
  constructor(path: string) {
    this.#key = `jupyter-azure-auth:has-identity:${path}`;
  }

  get isSet(): boolean {
    return localStorage.getItem(this.#key) !== null;
  }

  follow(auth: IPageAuth): void {
    auth.stateChanged.connect((_, { kind }) => {
      if (kind === 'signed-in') {
        localStorage.setItem(this.#key, '');
      } else if (kind === 'signed-out' || kind === 'not-configured') {
        localStorage.removeItem(this.#key);
      }
    });
  }

  readonly #key: string;
}
