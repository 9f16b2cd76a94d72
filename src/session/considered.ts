import type { AzureSessionState, IConsidered } from '../tokens';
import { signedInOf } from './account';

/**
 * What was considered, as it stands for this page: who signed in in this tab comes before all that
 * the server half knows of.
 */
export function consideredHere(
  considered: readonly IConsidered[],
  state: AzureSessionState
): readonly IConsidered[] {
  const signedIn = signedInOf(state);
  if (signedIn?.kept !== 'tab') {
    return considered;
  }
  const notAsked = considered.map(one =>
    one.outcome === 'used' ? { ...one, outcome: 'not_asked' as const, reason: null } : one
  );
  return [{ source: signedIn.source, outcome: 'used', reason: null }, ...notAsked];
}
