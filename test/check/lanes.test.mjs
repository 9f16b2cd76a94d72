import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inLanes } from '../lanes.mjs';

/**
 * @param {string} names - Of suites; those in capitals run alone.
 * @param {string} last - Of two that run, this one ends last.
 * @returns {Promise<string[]>} Which have run together.
 */
async function together(names, last) {
  /** @type {Map<string, () => void>} */
  const running = new Map();
  /** @type {string[]} */
  const found = [];
  const endFirst = () => {
    const name = [...running.keys()].find(one => one !== last) ?? last;
    running.get(name)?.();
    running.delete(name);
  };
  const suites = [...names].map(name => ({ name, alone: name === name.toUpperCase() }));
  await inLanes(
    suites,
    ({ name }) =>
      new Promise(resolve => {
        running.set(name, resolve);
        found.push([...running.keys()].join(''));
        setImmediate(endFirst);
      }),
    2
  );
  return found.filter(set => set.length > 1);
}

test('suites run two at a time, each as soon as there is room', async () => {
  assert.deepEqual(await together('abc', 'a'), ['ab', 'ac']);
  assert.deepEqual(await together('abc', 'b'), ['ab', 'bc']);
});

test('a suite that uses every core runs alone', async () => {
  assert.deepEqual(await together('Aab', 'a'), ['ab']);
  assert.deepEqual(await together('abBcd', 'b'), ['ab', 'cd']);
});
