import type { IIdentityCandidate } from './page-auth';
import type { AzureAuthState } from '../tokens';
import { currentAccount } from './account';

/**
 * Return the candidates from this page's point of view: the server extension lists ambient
 * identities only, and an interactive sign-in takes precedence over those.
 */
export function candidatesForPage(
  candidates: readonly IIdentityCandidate[],
  state: AzureAuthState
): readonly IIdentityCandidate[] {
  const signedIn = currentAccount(state);
  if (signedIn === null || signedIn.ambient) {
    return candidates;
  }
  const skipped = candidates
    .filter(({ source }) => source !== signedIn.source)
    .map(one =>
      one.outcome === 'selected' ? { ...one, outcome: 'skipped' as const, reason: null } : one
    );
  return [{ source: signedIn.source, outcome: 'selected', reason: null }, ...skipped];
}
