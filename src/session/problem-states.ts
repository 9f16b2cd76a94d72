import type { AzureSessionState, IAzureProblem, IAzureSignedIn, IAzureTokenNeed } from '../tokens';
import { AzureAuthError } from './errors';

/** The state that tells of a problem, and of who is signed in all the same. */
export function attention(
  problem: IAzureProblem,
  signedIn: IAzureSignedIn | null
): AzureSessionState {
  return { kind: 'needs-attention', problem, signedIn };
}

/** What an error says; one that says nothing is the Jupyter server's silence. */
export function problemOf(error: unknown, need: IAzureTokenNeed | null): IAzureProblem {
  return error instanceof AzureAuthError
    ? { ...error.problem, need: error.problem.need ?? need }
    : { code: 'no_answer', detail: null, need };
}

/** Whether a state says already what a problem is. */
export function isAbout(state: AzureSessionState, { code, detail }: IAzureProblem): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code === code &&
    state.problem.detail === detail
  );
}
