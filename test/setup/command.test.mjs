/** How programs are run: their end, their output, and a limit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { run } from '../../setup/command.mjs';

/** @param {string} script */
const node = (script, options = {}) => run(process.execPath, ['-e', script], options);

test('gives the exit code and the output', async () => {
  assert.deepEqual(await node('console.log(1); process.exitCode = 3'), { code: 3, output: '1\n' });
});

test('a program that cannot be started has no exit code', async () => {
  assert.equal((await run('/no/such/program', [])).code, null);
});

test('kills a program that takes longer than its limit, and keeps its output', async () => {
  const result = await node("console.log('begun'); setInterval(() => {}, 1000)", {
    limitSeconds: 3
  });
  assert.deepEqual(result, {
    code: null,
    output: 'begun\n\nKilled: it took longer than 3 s.\n'
  });
});

test('ends even if a process left behind holds the output open', { timeout: 60_000 }, async () => {
  const child = "['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }";
  const { code, output } = await node(`
    const { pid } = require('child_process').spawn(process.execPath, ${child});
    console.log(pid);
    process.exit(0);`);
  assert.equal(code, 0);
  await ended(Number(output));
});

/**
 * Waits until no such process is there; the runner's limit ends a wait in vain.
 *
 * @param {number} pid
 */
async function ended(pid) {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setTimeout(50);
  }
}
