/** What the bundles contain instead of a class of MSAL.js that is never constructed. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { unusedMsal } from '../../setup/bundler/unused-msal.cjs';
import withoutCode from '../../setup/bundler/unused-class.cjs';

const MSAL = dirname(fileURLToPath(import.meta.resolve('@azure/msal-browser')));

/** @param {string} code */
const load = code => import(`data:text/javascript,${encodeURIComponent(code)}`);

test('each of them is in MSAL.js, alone in its module', async () => {
  const files = await readdir(MSAL, { recursive: true });
  const modules = files
    .map(file => join(MSAL, file))
    .filter(path => unusedMsal.test.some(pattern => pattern.test(path)));
  assert.equal(modules.length, 7);
  for (const path of modules) {
    const source = await readFile(path, 'utf8');
    const [[name, Class] = []] = Object.entries(await load(withoutCode(source)));
    assert.ok(source.includes(`\nclass ${name} `));
    assert.throws(() => new Class(), new RegExp(`${name} is not in this bundle`));
  }
});

test('a module with more than a class is refused', () => {
  assert.throws(
    () => withoutCode('\nclass A {\n}\n\nexport { A, b };\n'),
    /exports other things: A, b/
  );
  assert.throws(
    () => withoutCode('\nfunction b() {\n}\n\nexport { b };\n'),
    /exports other things/
  );
});
