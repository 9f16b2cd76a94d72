/** Short enough not to be noticed. */
const POLL_MILLISECONDS = 500;

/**
 * @returns {Promise<void>} Resolves when this process is asked to end; the caller must end it.
 */
export function whenAskedToEnd() {
  return new Promise(resolve => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => resolve());
    }
    // npm passes SIGTERM to the shell in between, which exits without passing it on.
    if (process.env['npm_lifecycle_event'] !== undefined) {
      const parent = process.ppid;
      setInterval(() => {
        if (process.ppid !== parent) {
          resolve();
        }
      }, POLL_MILLISECONDS).unref();
    }
  });
}

/** The exit code of a command that was stopped with Ctrl-C, as shells report it. */
export const INTERRUPTED = 130;
