/** Every so often a long step says that it is alive. */
const STILL_SECONDS = 15;

/**
 * Shows what is done, and for how long.
 *
 * @template T
 * @param {string} what - E.g. `Installing the Node packages`.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  console.log(`${what} …`);
  const still = setInterval(
    () => console.log(`  still at it, ${seconds()} s`),
    STILL_SECONDS * 1000
  );
  try {
    const result = await work();
    console.log(`  done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(still);
  }
}
