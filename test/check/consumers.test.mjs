import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConsumers } from './consumers.mjs';

test('a consumer is a comment of one line in Python or TypeScript', () => {
  const text =
    '    # Consumer: joblib | `JupyterCredential()` | reads a blob\n// Consumer: a | b\nx = 1\n';
  assert.deepEqual(readConsumers('test/a.py', text), [
    { path: 'test/a.py', cells: ['joblib', '`JupyterCredential()`', 'reads a blob'] },
    { path: 'test/a.py', cells: ['a', 'b'] }
  ]);
});
