import type { AzureSessionState, IAzureProblem, IAzureSignedIn, IAzureTokenNeed } from '../tokens';
import { AzureAuthError } from './errors';

/** Return the state for a problem, with the account that is still signed in. */
export function attention(
  problem: IAzureProblem,
  signedIn: IAzureSignedIn | null
): AzureSessionState {
  return { kind: 'needs-attention', problem, signedIn };
}

/**
 * Return the problem of an error; any unknown error means that the Jupyter server did not answer.
 */
export function problemOf(error: unknown, need: IAzureTokenNeed | null): IAzureProblem {
  return error instanceof AzureAuthError
    ? { ...error.problem, need: error.problem.need ?? need }
    : { code: 'no_answer', detail: null, need };
}

/** Whether a state already reports a problem. */
export function isAbout(state: AzureSessionState, { code, detail }: IAzureProblem): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code === code &&
    state.problem.detail === detail
  );
}
