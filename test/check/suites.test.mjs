import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countJest, countPlaywright, countTap, countWords, suitesNamed } from '../suites.mjs';

for (const { what, count, output, passed, failed } of [
  { what: 'pytest', count: countWords, output: '...\n88 passed in 1.12s\n', passed: 88, failed: 0 },
  {
    what: 'pytest with errors',
    count: countWords,
    output: 'E 9 failed\n3 failed, 85 passed, 2 warnings, 1 error in 1.2s\n',
    passed: 85,
    failed: 4
  },
  { what: 'pytest that crashed', count: countWords, output: 'Traceback', passed: 0, failed: 0 },
  {
    what: 'the check',
    count: countWords,
    output: 'pass  a\n7 passed, 2 failed\n',
    passed: 7,
    failed: 2
  },
  {
    what: 'jest',
    count: countJest,
    output:
      'Test Suites: 1 failed, 4 passed, 5 total\nTests:       2 failed, 40 passed, 42 total\n',
    passed: 40,
    failed: 2
  },
  {
    what: 'node',
    count: countTap,
    output: '# tests 9\n# pass 6\n# fail 2\n# cancelled 1\n',
    passed: 6,
    failed: 3
  },
  {
    what: 'Playwright',
    count: countPlaywright,
    output: '  1 failed\n    [x] › a.spec.ts\n  1 flaky\n  2 did not run\n  12 passed (1.2m)\n',
    passed: 12,
    failed: 4
  }
]) {
  test(`counts ${what}`, () => {
    assert.deepEqual(count(output), { passed, failed });
  });
}

test('a suite is found by its name, with those of other versions', () => {
  const found = suitesNamed(['kernel']).map(({ name }) => name);
  assert.deepEqual(found, ['kernel', 'kernel, oldest']);
  assert.deepEqual(
    suitesNamed(['kernel, oldest']).map(({ name }) => name),
    ['kernel, oldest']
  );
  assert.deepEqual(suitesNamed(['kernle']), []);
});
