import { ServerConnection } from '@jupyterlab/services';
import { AzureAuthError } from '../auth/errors';
import { ServerExtensionError } from './client';
import { readSaid } from './parse';
import { SERVER_CODES, UNAVAILABLE_CAUSES } from './server-codes';
import type { IAzureTokenRequest } from '../tokens';

/** Return what a failed call to the server extension means. */
export function serverProblem(error: unknown, request: IAzureTokenRequest | null): AzureAuthError {
  if (error instanceof AzureAuthError) {
    return error;
  }
  if (error instanceof ServerExtensionError) {
    const [code, known] = SERVER_CODES.get(error.code) ?? ['failed', 'failed'];
    const problem = UNAVAILABLE_CAUSES.find(cause => cause === error.reason) ?? known;
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
