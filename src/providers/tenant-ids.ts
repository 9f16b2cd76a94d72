import { failure } from '../auth/failure';
import { isGuid, isOneTenant } from '../auth/validation';
import type { IAzureTokenRequest } from '../tokens';

/** Milliseconds for which the id of a domain is cached; domains move, but rarely. */
const TENANT_ID_LIFETIME_MS = 6 * 3_600_000;

/** The same for a domain without a tenant, which may be a typing error. */
const UNKNOWN_DOMAIN_LIFETIME_MS = 10_000;

/** Timeout in milliseconds. */
const METADATA_TIMEOUT_MS = 10_000;

/** Maximum number of cached domains; kernels choose them. */
const MAX_DOMAINS = 200;

/** Resolves tenant names to ids, by the authority's own metadata. */
export class TenantIds {
  /** @param origin - Of the authority's documents. */
  constructor(private readonly origin: string) {}

  /**
   * Resolve a GUID or a domain.
   *
   * @returns The id, in lower case. Null if the name is not a single tenant: `common`,
   * `organizations`, …
   * @throws AzureAuthError `wrong_tenant` if there is no such tenant, `unavailable` if the
   * authority does not answer.
   */
  async resolve(tenant: string, request: IAzureTokenRequest | null): Promise<string | null> {
    const name = tenant.toLowerCase();
    if (!isOneTenant(name)) {
      return null;
    }
    let known = isGuid(name) ? { id: name, until: Infinity } : this.#cache.get(name);
    if (known === undefined || known.until < Date.now()) {
      const id = await this.#fetchId(name, request);
      known = {
        id,
        until: Date.now() + (id === null ? UNKNOWN_DOMAIN_LIFETIME_MS : TENANT_ID_LIFETIME_MS)
      };
      if (this.#cache.size >= MAX_DOMAINS) {
        this.#cache.clear();
      }
      this.#cache.set(name, known);
    }
    if (known.id === null) {
      throw failure('unknown_tenant', request);
    }
    return known.id;
  }

  async #fetchId(name: string, request: IAzureTokenRequest | null): Promise<string | null> {
    const address = `${this.origin}/${name}/v2.0/.well-known/openid-configuration`;
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(METADATA_TIMEOUT_MS) });
      if (answer.status < 429) {
        const { issuer } = await answer.json();
        return String(issuer).toLowerCase().split('/').find(isGuid) ?? null;
      }
    } catch {
      throw failure('network', request);
    }
    throw failure('busy', request);
  }

  readonly #cache = new Map<string, { id: string | null; until: number }>();
}
