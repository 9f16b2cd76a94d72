import { aadstsNumber, type ServerHalf } from '../session/server-half';
import type { IAzureTokenNeed, WayName } from '../tokens';
import { readProblem } from './server-answer';
import { failure } from './server-holder';

interface IOptions {
  readonly need: IAzureTokenNeed | null;
  readonly signal: AbortSignal;
  /** Milliseconds between status requests. */
  readonly pause: number;
}

/**
 * Wait until a sign-in that the server extension has started is done, or `signal` ends the wait.
 *
 * @throws AzureAuthError with the problem that it ended in.
 */
export async function untilDone(
  server: ServerHalf,
  way: WayName,
  flow: string,
  { need, signal, pause }: IOptions
): Promise<void> {
  while (!signal.aborted) {
    const status = await server.ask(`${way}/status`, { flow });
    const state = status.get('state');
    if (state === 'done') {
      return;
    }
    if (state === 'failed') {
      const detail = aadstsNumber(status.get('detail'));
      throw failure(readProblem(status.get('problem'), way), detail, need);
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

/** @returns Never resolves, but rejects with the reason of `signal`. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
