/** Often enough that nobody waits for it. */
const POLL_MILLISECONDS = 500;

/**
 * @returns {Promise<void>} Resolves when this process is asked to end; whoever waits has to do it.
 */
export function whenAskedToEnd() {
  return new Promise(resolve => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => resolve());
    }
    // npm passes a SIGTERM on to the shell between us, which dies of it and tells nobody.
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

/** What shells report of a command that was stopped with Ctrl-C. */
export const INTERRUPTED = 130;
