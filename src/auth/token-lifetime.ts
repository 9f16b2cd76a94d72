/**
 * When a token is renewed. `_lifetime.py` has the same rule; `test/cases/lifetimes.json` has the
 * examples of both.
 */

/** Milliseconds before its expiry from which a token is renewed, as in azure-identity. */
export const REFRESH_MARGIN_MS = 300_000;

/** Share of the lifetime, counted back from expiry, in which a short-lived token is renewed. */
const REFRESH_SHARE = 0.8;

/** Milliseconds by which two expiry times may differ and still count as equal. */
export const SAME_END_MS = 2_000;

/**
 * Return how many milliseconds before its expiry a token is due for renewal. Never the whole
 * lifetime, or every call would renew it.
 *
 * @param lifetime - Milliseconds from arrival to expiry.
 * @param refreshIn - Milliseconds from arrival until the issuer wants it renewed; null if it does
 * not say so.
 */
export function refreshLead(lifetime: number, refreshIn: number | null): number {
  const lead =
    refreshIn === null
      ? Math.min(REFRESH_MARGIN_MS, lifetime * REFRESH_SHARE)
      : lifetime - refreshIn;
  return Math.max(lead, 0);
}
