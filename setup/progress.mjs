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
  // Steps may run side by side: each line says whose it is.
  console.log(`${what} …`);
  const still = setInterval(
    () => console.log(`  ${what}: still running, ${seconds()} s`),
    STILL_SECONDS * 1000
  );
  try {
    const result = await work();
    console.log(`  ${what}: ${seconds()} s`);
    return result;
  } finally {
    clearInterval(still);
  }
}
