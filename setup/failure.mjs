/** An error that the user can fix: the message is one clear sentence, shown without a stack. */
export class Failure extends Error {
  /**
   * @param {string} message - A sentence that says what to do.
   * @param {{exitCode?: number, details?: string}} [options] - `details`: output to show above it.
   */
  constructor(message, { exitCode = 1, details = '' } = {}) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
    this.details = details;
  }
}

/**
 * Runs a command; on failure, ends the process with its exit code.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Failure)) {
      throw error;
    }
    console.error(`${error.details}${error.details === '' ? '' : '\n'}${error.message}`);
    process.exitCode = error.exitCode;
  }
}
