import { ServerConnection } from '@jupyterlab/services';
import { AzureAuthError, type AzureAuthErrorCode } from '../auth/errors';
import { ServerExtensionError, UNREADABLE } from './client';
import { readSaid } from './parse';
import type { AzureProblemCode, IAzureTokenRequest } from '../tokens';

/** What the server extension's codes mean to a session, and which problem the user is shown. */
const MEANINGS: ReadonlyMap<string, readonly [AzureAuthErrorCode, AzureProblemCode]> = new Map([
  ['sign_in_required', ['sign_in_required', 'sign_in_ended']],
  ['sign_in_ended', ['sign_in_required', 'sign_in_ended']],
  ['consent_required', ['consent_required', 'consent_required']],
  ['interaction_required', ['consent_required', 'interaction_required']],
  ['wrong_tenant', ['wrong_tenant', 'wrong_tenant']],
  ['unknown_tenant', ['wrong_tenant', 'unknown_tenant']],
  ['cancelled', ['failed', 'cancelled']],
  ['consent_declined', ['failed', 'consent_declined']],
  ['wrong_redirect_uri', ['failed', 'wrong_redirect_uri']],
  ['resource_not_allowed', ['failed', 'resource_not_allowed']],
  ['refused', ['failed', 'refused']],
  ['device_code_forbidden', ['failed', 'device_code_forbidden']],
  ['timed_out', ['failed', 'timed_out']],
  ['bad_configuration', ['unavailable', 'bad_configuration']],
  ['unavailable', ['unavailable', 'network']],
  ['forbidden', ['unavailable', 'no_answer']],
  ['foreign_origin', ['unavailable', 'no_answer']],
  ['token_required', ['unavailable', 'no_answer']],
  ['not_found', ['unavailable', 'no_answer']],
  ['too_many_requests', ['unavailable', 'busy']],
  [UNREADABLE, ['unavailable', 'no_answer']]
]);

/** Causes of `unavailable`. */
const CAUSES = ['busy', 'network', 'untrusted_certificate', 'keychain'] as const;

/** Return what a failed call to the server extension means. */
export function serverProblem(error: unknown, request: IAzureTokenRequest | null): AzureAuthError {
  if (error instanceof AzureAuthError) {
    return error;
  }
  if (error instanceof ServerExtensionError) {
    const [code, known] = MEANINGS.get(error.code) ?? ['failed', 'failed'];
    const problem = CAUSES.find(cause => cause === error.reason) ?? known;
    const { detail } = error;
    return new AzureAuthError(code, { code: problem, detail, request, ...readSaid(error) });
  }
  const gone = error instanceof ServerConnection.NetworkError;
  return new AzureAuthError(gone ? 'unavailable' : 'failed', {
    code: gone ? 'no_answer' : 'failed',
    detail: null,
    request
  });
}
