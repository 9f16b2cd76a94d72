import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Failure } from '../../setup/failure.mjs';
import { requireNode } from '../../setup/node.mjs';
import { findOldestPython, findPython } from '../../setup/python.mjs';

/** @type {string} */
let bin;

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'python-'));
});

afterEach(() => rm(bin, { recursive: true }));

/**
 * A Python that is not one.
 *
 * @param {string} name
 * @param {string} version - E.g. `3 12`.
 * @param {{venv?: boolean}} [options]
 */
async function python(name, version, { venv = true } = {}) {
  const file = join(bin, name);
  const script = `case "$*" in *ensurepip*) exit ${venv ? 0 : 1};; esac\necho ${version} ${file}`;
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const find = (more = {}) => findPython({ PATH: bin, ...more });

test('takes python3', async () => {
  const expected = await python('python3', '3 12');
  await python('python', '3 13');
  assert.equal(await find(), expected);
});

test('takes python if there is no python3', async () => {
  const expected = await python('python', '3 10');
  assert.equal(await find(), expected);
});

test('takes a newer one beside one that is too old', async () => {
  await python('python3', '3 9');
  const expected = await python('python3.11', '3 11');
  assert.equal(await find(), expected);
});

test('takes the one it is told', async () => {
  await python('python3', '3 12');
  const expected = await python('mine', '3 11');
  assert.equal(await find({ PYTHON: expected }), expected);
});

test('does not fall back from the one it is told', async () => {
  await python('python3', '3 12');
  await assert.rejects(
    find({ PYTHON: join(bin, 'none') }),
    new Failure(
      'Python 3.10 or newer is required, but the variable PYTHON names none. Install it, or set PYTHON to its path.'
    )
  );
});

test('says that there is none', async () => {
  await assert.rejects(
    find(),
    new Failure('Python 3.10 or newer is required. Install it, or set PYTHON to its path.')
  );
});

test('says what it has found instead', async () => {
  await python('python3', '3 9');
  await assert.rejects(find(), /required \(found 3\.9\)/);
});

test('says that the venv module is missing', async () => {
  await python('python3', '3 12', { venv: false });
  await assert.rejects(find(), /lacks the venv module\. .*python3-venv/);
});

test('says that Node is too old', () => {
  assert.throws(() => requireNode('18.19.1'), /^Failure: Node 20 or newer .* This is 18\.19\.1/);
  requireNode('20.0.0');
  requireNode('24.1.0');
});

test('takes the oldest for the oldest versions', async () => {
  await python('python3', '3 12');
  const expected = await python('python3.10', '3 10');
  assert.equal(await findOldestPython({ PATH: bin }), expected);
});

test('takes any version if the oldest is missing', async () => {
  const expected = await python('python3', '3 12');
  assert.equal(await findOldestPython({ PATH: bin }), expected);
});
