import type { AzureAuthState, IAzureProblem, IAzureSignedIn, IAzureTokenRequest } from '../tokens';
import { AzureAuthError } from './errors';

/** Return the state for a problem, with the account that is still signed in. */
export function attention(problem: IAzureProblem, signedIn: IAzureSignedIn | null): AzureAuthState {
  return { kind: 'needs-attention', problem, signedIn };
}

/**
 * Return the problem of an error; any unknown error means that the Jupyter server did not answer.
 */
export function problemOf(error: unknown, request: IAzureTokenRequest | null): IAzureProblem {
  return error instanceof AzureAuthError
    ? { ...error.problem, request: error.problem.request ?? request }
    : { code: 'no_answer', detail: null, request };
}

/** Whether a state already reports a problem. */
export function isAbout(state: AzureAuthState, { code, detail }: IAzureProblem): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code === code &&
    state.problem.detail === detail
  );
}
