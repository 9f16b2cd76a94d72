/** The accounts that each browser is signed in with, by the cookie behind single sign-on. */
import { randomUUID } from 'node:crypto';

/**
 * @typedef {object} Browser
 * @property {Map<string, import('./users.mjs').User>} accounts - Signed in here, by `oid`.
 */

export class Browsers {
  /** @type {Map<string, Browser>} */
  #browsers = new Map();
  #cookie;

  /** @param {number} port - Cookies ignore ports: two authorities on localhost would overwrite each other's. */
  constructor(port) {
    this.#cookie = `local-azure-${port}`;
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response - Gets the cookie if the browser is new.
   * @returns {Browser}
   */
  of(request, response) {
    const known = this.#browsers.get(this.#cookieOf(request));
    if (known) {
      return known;
    }
    const id = randomUUID();
    const browser = { accounts: new Map() };
    this.#browsers.set(id, browser);
    // Lax is enough for MSAL's hidden frame: ports of localhost are one site. Secure would need https.
    response.setHeader('set-cookie', `${this.#cookie}=${id}; Path=/; HttpOnly; SameSite=Lax`);
    return browser;
  }

  /** @param {(user: import('./users.mjs').User) => boolean} whose - Selects the users to sign out in every browser. */
  signOut(whose) {
    for (const { accounts } of this.#browsers.values()) {
      for (const user of accounts.values()) {
        if (whose(user)) {
          accounts.delete(user.oid);
        }
      }
    }
  }

  /** @param {import('node:http').IncomingMessage} request */
  #cookieOf(request) {
    const cookies = (request.headers.cookie ?? '').split(/;\s*/).map(pair => pair.split('='));
    return cookies.find(([name]) => name === this.#cookie)?.[1] ?? '';
  }
}
