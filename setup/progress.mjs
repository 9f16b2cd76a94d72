/** The interval of progress messages of a long step. */
const STILL_SECONDS = 15;

/**
 * Shows the name of a step and its duration.
 *
 * @template T
 * @param {string} what - The name, such as `Installing the Node packages`.
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(what, work) {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 1000);
  // Steps can run in parallel, so each line names its step.
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
