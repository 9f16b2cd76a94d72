import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../setup/project.mjs';

const require = createRequire(import.meta.url);

/** @returns {Promise<Record<string, any>>} */
async function manifest() {
  return JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
}

// The builder takes the ranges of the JupyterLab that it builds against, and an older JupyterLab
// then warns in the console of every page.
test('asks for no newer JupyterLab than the dependencies claim', async () => {
  const { dependencies, jupyterlab } = await manifest();
  const { resolutions } = require('@jupyterlab/core-meta/core.package.json');
  const shared = Object.keys(dependencies).filter(name => name in resolutions);
  assert.ok(shared.length > 10);
  assert.deepEqual(
    shared.map(name => [name, jupyterlab.sharedPackages[name]?.requiredVersion]),
    shared.map(name => [name, dependencies[name]])
  );
});

// JupyterLab waits for such a module before it starts, and each is one more request of every page.
test('has no styles that load before the components that need them', async () => {
  const { style, styleModule } = await manifest();
  assert.deepEqual([style, styleModule], [undefined, undefined]);
});
