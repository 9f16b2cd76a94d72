import { availableParallelism } from 'node:os';

/** Most suites are one process that waits a third of its time for kernels and servers. */
const LANES = Math.min(3, availableParallelism() + 1);

/**
 * Runs suites in their order, some at a time, except those that use every core themselves.
 *
 * @template {{alone?: boolean}} T
 * @param {readonly T[]} suites
 * @param {(suite: T) => Promise<void>} work
 * @param {number} [lanes]
 */
export async function inLanes(suites, work, lanes = LANES) {
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  for (const suite of suites) {
    while (running.size >= (suite.alone ? 1 : lanes)) {
      await Promise.race(running);
    }
    const ended = work(suite).finally(() => running.delete(ended));
    running.add(ended);
    if (suite.alone) {
      await ended;
    }
  }
  await Promise.all(running);
}
