import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readReach } from './reach.mjs';

test('reads a place over several lines, up to the next comment or the test, if there is one', () => {
  const text = `
// Reach: JupyterLab | localhost | \`loopback\` | a waiting cell; a reloaded
// tab keeps the sign-in
// Reach: Jupyter Notebook 7 | localhost | \`popup\` | a waiting cell
// Situation: a | b | c | d | e
test('signs in', () => {
# Reach: a | b | c | d
@pytest.mark.parametrize("one", [1])
def test_it() -> None:
# Reach: e | f | g | h
def served() -> None:
`;
  assert.deepEqual(readReach('test/a.ts', text), [
    {
      path: 'test/a.ts',
      isTest: true,
      cells: [
        'JupyterLab',
        'localhost',
        '`loopback`',
        'a waiting cell; a reloaded tab keeps the sign-in'
      ]
    },
    {
      path: 'test/a.ts',
      isTest: true,
      cells: ['Jupyter Notebook 7', 'localhost', '`popup`', 'a waiting cell']
    },
    { path: 'test/a.ts', isTest: true, cells: ['a', 'b', 'c', 'd'] },
    { path: 'test/a.ts', isTest: false, cells: ['e', 'f', 'g', 'h'] }
  ]);
});
