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
  // Situation: k | l | m | n | o
  it.each<[string, () => object]>([
    ['an error', () => new Error('x')],
    ['a reset', reset]
  ])('has a table, %s', async (_, fault) => {
  // Situation: p | q | r | s | t
  it.each(FAULTS.map(([, one]) => one))("has rows of its own", fault => {
`;
  assert.deepEqual(
    readSituations('test/a.ts', text).map(({ name, cells }) => [name, cells.length]),
    [
      ['has a name', 5],
      ['has a long name', 5],
      ['has a table, %s', 5],
      ['has rows of its own', 5]
    ]
  );
});
