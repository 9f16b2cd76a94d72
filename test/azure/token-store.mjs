/** Where oidc-provider keeps codes, grants and refresh tokens: a map. Its own default forgets after 1000 entries. */

/** @typedef {Record<string, unknown> & {grantId?: string, consumed?: number}} Payload */

/** @returns {new (kind: string) => object} An adapter class with storage of its own. */
export function makeTokenStore() {
  /** @type {Map<string, Payload>} */
  const entries = new Map();

  return class TokenStore {
    /** @param {string} kind - Name of the model, e.g. `RefreshToken`. */
    constructor(kind) {
      this.kind = kind;
    }

    /** @param {string} id @param {Payload} payload */
    async upsert(id, payload) {
      entries.set(this.#key(id), payload);
    }

    /** @param {string} id */
    async find(id) {
      return entries.get(this.#key(id));
    }

    /** @param {string} id */
    async consume(id) {
      const payload = entries.get(this.#key(id));
      if (payload) {
        payload.consumed = Math.floor(Date.now() / 1000);
      }
    }

    /** @param {string} id */
    async destroy(id) {
      entries.delete(this.#key(id));
    }

    /** @param {string} grantId */
    async revokeByGrantId(grantId) {
      for (const [key, payload] of entries) {
        if (payload.grantId === grantId) {
          entries.delete(key);
        }
      }
    }

    /** @param {string} id */
    #key(id) {
      return `${this.kind} ${id}`;
    }
  };
}
