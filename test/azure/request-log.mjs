/**
 * What happened at the authority, in two books: `log` is open to all tests and holds no secret;
 * `secrets` holds nothing else, so that leak tests know what to look for.
 */

/**
 * @typedef {object} Entry
 * @property {number} at - Milliseconds since the epoch.
 * @property {'arm' | 'authorize' | 'device' | 'sign-in' | 'token' | 'logout' | 'revoke'} kind
 * @property {string} [grantType]
 * @property {string} [tenant] - As in the address of the request.
 * @property {string} [scope]
 * @property {string} [prompt]
 * @property {string} [user] - User name.
 * @property {string} [error] - `AADSTS50058`, or an OAuth code where there is no number.
 * @property {string} [path] - Method and path of a request to Azure Resource Manager.
 * @property {string} [claims] - The claims request as it came.
 */

/**
 * @typedef {object} IssuedRefreshToken
 * @property {string} oid - Of the user.
 * @property {string} tenantId
 * @property {number} expiresAt - Epoch seconds.
 * @property {boolean} revoked
 */

export class RequestLog {
  /** @type {Entry[]} */
  log = [];

  /** @type {Map<string, IssuedRefreshToken>} */
  refreshTokens = new Map();

  /** Which tenant issued a code, for requests to `organizations`. @type {Map<string, string>} */
  codeTenants = new Map();

  #accessTokens = new Set();
  #idTokens = new Set();
  #verifiers = new Set();
  #userCodes = new Set();
  #deviceCodes = new Set();

  /** @param {Omit<Entry, 'at'>} entry */
  note(entry) {
    this.log.push({ at: Date.now(), ...entry });
  }

  /**
   * @param {{access_token: string, refresh_token: string, id_token?: string}} answer
   * @param {import('./users.mjs').User} user
   * @param {number} refreshTokenSeconds - Life of the refresh token if it is a new one.
   * @returns {number} When the refresh token ends, in epoch seconds. Using it again does not prolong it.
   */
  keepTokens(answer, { oid, tenantId }, refreshTokenSeconds) {
    this.#accessTokens.add(answer.access_token);
    if (answer.id_token !== undefined) {
      this.#idTokens.add(answer.id_token);
    }
    const known = this.refreshTokens.get(answer.refresh_token);
    const expiresAt = known?.expiresAt ?? Date.now() / 1000 + refreshTokenSeconds;
    if (!known) {
      this.refreshTokens.set(answer.refresh_token, { oid, tenantId, expiresAt, revoked: false });
    }
    return expiresAt;
  }

  /** @param {string} token - Of an app, which gets no other. */
  keepAccessToken(token) {
    this.#accessTokens.add(token);
  }

  /** @param {string} verifier - Came with a token request. */
  keepVerifier(verifier) {
    this.#verifiers.add(verifier);
  }

  /** @param {{userCode: string, deviceCode: string}} issued */
  keepDeviceCode({ userCode, deviceCode }) {
    this.#userCodes.add(userCode);
    this.#deviceCodes.add(deviceCode);
  }

  /** @param {(token: IssuedRefreshToken) => boolean} whose */
  revoke(whose) {
    for (const token of this.refreshTokens.values()) {
      token.revoked ||= whose(token);
    }
  }

  /** Every secret issued or seen since the start. */
  get secrets() {
    return {
      accessTokens: [...this.#accessTokens],
      refreshTokens: [...this.refreshTokens.keys()],
      idTokens: [...this.#idTokens],
      codes: [...this.codeTenants.keys()],
      verifiers: [...this.#verifiers],
      userCodes: [...this.#userCodes],
      deviceCodes: [...this.#deviceCodes]
    };
  }
}
