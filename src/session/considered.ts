import type { AzureSessionState, IConsidered } from '../tokens';
import { signedInOf } from './account';

/**
 * What was considered, as it stands for this page: the list of the server half is of what nobody
 * has to do anything for, and whoever signed in by hand comes before that.
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
