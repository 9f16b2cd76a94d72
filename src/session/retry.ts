import { ServerHalfError, UNREADABLE } from './server-half';

/** Retry delays in milliseconds, as in azure-core. */
const PAUSES = [800, 1_600, 3_200];

/** Milliseconds after which no further attempt is made. */
const PATIENCE = 10_000;

/**
 * Call `ask`, and again after failures that may be transient.
 *
 * @param pauses - Milliseconds before each retry.
 */
export async function withRetries<T>(
  ask: () => Promise<T>,
  pauses: readonly number[] = PAUSES
): Promise<T> {
  const begun = Date.now();
  for (const pause of pauses) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || Date.now() - begun + pause > PATIENCE) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }
  return ask();
}

/** Whether an error may be transient: it is, unless the server extension has refused. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ServerHalfError) || error.code === UNREADABLE || error.status === 429;
}
