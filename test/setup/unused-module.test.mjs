/** What the bundles contain instead of the modules of MSAL.js that are never used. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { unusedMsal } from '../../setup/bundler/unused-msal.cjs';
import withoutCode from '../../setup/bundler/unused-module.cjs';
import { ROOT } from '../../setup/project.mjs';

const PACKAGES = join(ROOT, 'node_modules', '@azure');

/** @param {string} code */
const load = code => import(`data:text/javascript,${encodeURIComponent(code)}`);

test('each of them is in MSAL.js, and what it exports throws', async () => {
  const files = ['msal-browser', 'msal-common'].map(async name => {
    const all = await readdir(join(PACKAGES, name), { recursive: true });
    return all.map(file => join(PACKAGES, name, file));
  });
  const modules = (await Promise.all(files))
    .flat()
    .filter(path => unusedMsal.test.some(pattern => pattern.test(path)));
  assert.equal(modules.length, 10);
  for (const path of modules) {
    const exports = await load(withoutCode(await readFile(path, 'utf8')));
    for (const [name, Unused] of Object.entries(exports)) {
      assert.throws(() => new Unused(), new RegExp(`${name} is not in this bundle`));
    }
  }
});

test('a module with anything but classes and functions is refused', () => {
  const refusal = /exports more than classes and functions/;
  assert.throws(() => withoutCode('\nclass A {\n}\nconst B = 1;\n\nexport { A, B };\n'), refusal);
  assert.throws(() => withoutCode('\nexport const B = 1;\n'), refusal);
});
