import { failure } from '../auth/failure';
import { aadstsNumber, type ServerExtensionClient } from '../server-api/client';
import { serverProblem } from '../server-api/errors';
import { readProblem, readSaid } from '../server-api/parse';
import type { IAzureTokenRequest, SignInMethodName } from '../tokens';
import type { ISignIn } from './provider';
import type { ServerTokenProvider } from './server-provider';

/** A sign-in attempt that the server extension has started. */
interface IAttempt {
  readonly method: SignInMethodName;
  readonly id: string;
  readonly request: IAzureTokenRequest | null;
  readonly signal: AbortSignal;
  /** Milliseconds between status requests. */
  readonly pause: number;
  /** Shows the user how to continue; not called if the user has cancelled by now. */
  readonly show: () => void;
}

/**
 * Follow an attempt until it is done. If the user cancels, it is cancelled at the server too.
 *
 * @throws AzureAuthError with the problem that ended it.
 */
export async function followAttempt(
  server: ServerExtensionClient,
  { method, id, request, signal, pause, show }: IAttempt
): Promise<void> {
  const cancel = (): void =>
    void server.post(`${method}/cancel`, { attempt_id: id }).catch(() => null);
  if (signal.aborted) {
    return cancel();
  }
  signal.addEventListener('abort', cancel);
  try {
    show();
    while (!signal.aborted) {
      const status = await server.post(`${method}/status`, { attempt_id: id });
      const state = status.get('state');
      if (state === 'done') {
        return;
      }
      if (state === 'failed') {
        const [explanation, trace] = [status.get('explanation'), status.get('trace')];
        throw failure(readProblem(status.get('problem'), method), request, {
          detail: aadstsNumber(status.get('detail')),
          ...readSaid({ explanation, trace })
        });
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/**
 * Return the sign-in when an attempt is done.
 *
 * @param attempt - Runs to its end, even if the user cancels and this no longer waits.
 * @throws AzureAuthError with the problem; the reason of `signal` as soon as the user cancels.
 */
export async function completeAttempt(
  attempt: Promise<void>,
  provider: ServerTokenProvider,
  request: IAzureTokenRequest | null,
  signal: AbortSignal
): Promise<ISignIn> {
  try {
    await Promise.race([attempt, rejectOnAbort(signal)]);
    return await provider.completeSignIn(request);
  } catch (error) {
    throw signal.aborted ? signal.reason : serverProblem(error, request);
  }
}

/** @returns Never resolves, but rejects with the reason of `signal`. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
