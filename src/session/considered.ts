import type { AzureSessionState, IConsidered } from '../tokens';
import { signedInOf } from './account';

/**
 * Return the candidates from this page's point of view: the server extension lists ambient
 * identities only, and an interactive sign-in takes precedence over those.
 */
export function consideredHere(
  considered: readonly IConsidered[],
  state: AzureSessionState
): readonly IConsidered[] {
  const signedIn = signedInOf(state);
  if (signedIn === null || signedIn.automatic) {
    return considered;
  }
  const notAsked = considered
    .filter(({ source }) => source !== signedIn.source)
    .map(one =>
      one.outcome === 'used' ? { ...one, outcome: 'not_asked' as const, reason: null } : one
    );
  return [{ source: signedIn.source, outcome: 'used', reason: null }, ...notAsked];
}
