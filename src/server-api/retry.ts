import { ServerExtensionError, UNREADABLE } from './client';

/** Retry delays in milliseconds, as in azure-core. */
const RETRY_DELAYS_MS = [800, 1_600, 3_200];

/** Milliseconds after which no further attempt is made. */
const RETRY_TIME_LIMIT_MS = 10_000;

/**
 * Call `attempt`, and again after failures that may be transient.
 *
 * @param pauses - Milliseconds before each retry.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  pauses: readonly number[] = RETRY_DELAYS_MS
): Promise<T> {
  const begun = Date.now();
  for (const pause of pauses) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || Date.now() - begun + pause > RETRY_TIME_LIMIT_MS) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }
  return attempt();
}

/** Whether an error may be transient: it is, unless the server extension has refused. */
function isPassing(error: unknown): boolean {
  return (
    !(error instanceof ServerExtensionError) || error.code === UNREADABLE || error.status === 429
  );
}
