import { AzureAuthError } from '../auth/errors';
import { aadstsNumber, type ServerExtensionClient } from '../server-api/client';
import type { IAzureTokenRequest, SignInMethodName } from '../tokens';
import { readProblem, readSaid } from '../server-api/parse';

interface IOptions {
  readonly request: IAzureTokenRequest | null;
  readonly signal: AbortSignal;
  /** Milliseconds between status requests. */
  readonly pause: number;
}

/**
 * Wait until a sign-in that the server extension has started is done, or `signal` ends the wait.
 *
 * @throws AzureAuthError with the problem that ended it.
 */
export async function pollAttempt(
  server: ServerExtensionClient,
  method: SignInMethodName,
  attemptId: string,
  { request, signal, pause }: IOptions
): Promise<void> {
  while (!signal.aborted) {
    const status = await server.post(`${method}/status`, { attempt_id: attemptId });
    const state = status.get('state');
    if (state === 'done') {
      return;
    }
    if (state === 'failed') {
      const [explanation, trace] = [status.get('explanation'), status.get('trace')];
      throw new AzureAuthError('failed', {
        code: readProblem(status.get('problem'), method),
        detail: aadstsNumber(status.get('detail')),
        request,
        ...readSaid({ explanation, trace })
      });
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** @returns Never resolves, but rejects with the reason of `signal`. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
