import type { AzureAuthState, IAzureProblem, IAzureSignedIn } from '../tokens';

/** Return the state for a problem, with the account that is still signed in. */
export function needsAttention(
  problem: IAzureProblem,
  signedIn: IAzureSignedIn | null
): AzureAuthState {
  return { kind: 'needs-attention', problem, signedIn };
}

/** Whether a state already reports a problem. */
export function isReported(state: AzureAuthState, { code, detail }: IAzureProblem): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code === code &&
    state.problem.detail === detail
  );
}
