import type {
  AzureAuthErrorCode,
  IAzureAuthError,
  IAzureProblem,
  IAzureTokenRequest
} from '../tokens';

/**
 * A token or a sign-in that failed.
 *
 * Its message is for developers and holds codes only: texts for users are made from `problem` by
 * the table in `messages.ts`. Texts of other libraries never get in, since they can contain state,
 * nonce or whole answers.
 */
export class AzureAuthError extends Error implements IAzureAuthError {
  override readonly name = 'AzureAuthError';

  constructor(
    readonly code: AzureAuthErrorCode,
    readonly problem: IAzureProblem
  ) {
    super(problem.detail === null ? problem.code : `${problem.code} (${problem.detail})`);
  }
}

/** Return the problem of an error. Any unknown error means that the server did not answer. */
export function problemOf(error: unknown, request: IAzureTokenRequest | null): IAzureProblem {
  return error instanceof AzureAuthError
    ? { ...error.problem, request: error.problem.request ?? request }
    : { code: 'no_answer', detail: null, request };
}
