import { ServerHalfError, UNREADABLE } from './server-half';

/** As azure-core waits, in milliseconds. */
const PAUSES = [800, 1_600, 3_200];

/** Milliseconds after which no further attempt is made. */
const PATIENCE = 10_000;

/**
 * Ask again where what kept an answer from coming may have passed.
 *
 * @param pauses - Milliseconds before each further attempt.
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

/** Whatever is no refusal of the server half says only that there was no answer this time. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ServerHalfError) || error.code === UNREADABLE || error.status === 429;
}
