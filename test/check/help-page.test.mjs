import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../setup/project.mjs';
import { helpPage } from '../../style/help/help-page.mjs';

const text = await readFile(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
const page = helpPage(text);
const anchors = [...page.matchAll(/id="(\w+)"/g)].map(([, id]) => String(id));

test('has one entry for each problem of the panel, and for each number of Entra', async () => {
  const tokens = await readFile(join(ROOT, 'src/tokens.ts'), 'utf8');
  const [, union = ''] = tokens.match(/type AzureProblemCode =([^;]*)/) ?? [];
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => String(code));
  const numbers = [...text.matchAll(/^- `(AADSTS\d+)`/gm)].map(([, code]) => String(code));
  assert.ok(codes.length > 20 && numbers.length > 20);
  const wanted = [...codes, ...numbers];
  assert.deepEqual(
    wanted.filter(code => !anchors.includes(code)),
    []
  );
  assert.equal(new Set(anchors).size, anchors.length);
});

test('opens at what the panel says, not at the same code of a cell', () => {
  const [before = ''] = page.split('id="timed_out"');
  assert.ok(before.includes('Problems in the panel'));
});

test('runs nothing, and leads to no other document of the repository', () => {
  assert.ok(page.includes("default-src 'none'"));
  assert.doesNotMatch(page, /<script|href="(?!https?:|#)/);
});
