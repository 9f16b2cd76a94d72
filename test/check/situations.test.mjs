import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSituations } from './situations.mjs';

test('reads the comment above a Python test, over several lines', () => {
  const text = `
# Situation: metadata service | answers late | first token | the machine's
# token | nothing to do
@pytest.mark.parametrize("seconds", [1.5])
async def test_waits(seconds: float) -> None:
`;
  assert.deepEqual(readSituations('test/a.py', text), [
    {
      path: 'test/a.py',
      name: 'test_waits',
      cells: [
        'metadata service',
        'answers late',
        'first token',
        "the machine's token",
        'nothing to do'
      ]
    }
  ]);
});

test('reads it above tests in TypeScript, whose names may stand below', () => {
  const text = `
  // Situation: a | b | c | d | e
  it('has a name', () => {
  // Situation: f | g | h | i | j
  test(
    'has a long name',
`;
  assert.deepEqual(
    readSituations('test/a.ts', text).map(({ name, cells }) => [name, cells.length]),
    [
      ['has a name', 5],
      ['has a long name', 5]
    ]
  );
});
