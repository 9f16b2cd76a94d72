import { ServerConnection } from '@jupyterlab/services';
import { AzureAuthError } from '../auth/errors';
import { failure } from '../auth/failure';
import { ServerExtensionError } from './client';
import { problemOfCode, readSaid } from './parse';
import { UNAVAILABLE_CAUSES } from './server-codes';
import type { IAzureTokenRequest } from '../tokens';

/** Return what a failed call to the server extension means. */
export function serverProblem(error: unknown, request: IAzureTokenRequest | null): AzureAuthError {
  if (error instanceof AzureAuthError) {
    return error;
  }
  if (error instanceof ServerExtensionError) {
    const cause = UNAVAILABLE_CAUSES.find(known => known === error.reason);
    const { code, detail } = error;
    return failure(cause ?? problemOfCode(code), request, { detail, ...readSaid(error) });
  }
  return failure(error instanceof ServerConnection.NetworkError ? 'no_answer' : 'failed', request);
}
