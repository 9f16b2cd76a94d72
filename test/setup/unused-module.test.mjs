/** What the bundles contain instead of the modules of MSAL.js that are never used. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { unusedMsal } from '../../setup/bundler/unused-msal.cjs';
import loader from '../../setup/bundler/unused-module.cjs';
import { ROOT } from '../../setup/project.mjs';

const PACKAGES = join(ROOT, 'node_modules', '@azure');

/** @typedef {{names?: string[] | undefined, constructed: boolean}} IOptions */

/**
 * @param {string} source
 * @param {IOptions} options
 */
const without = (source, options) => loader.call({ getOptions: () => options }, source);

/** @param {string} code */
const load = code => import(`data:text/javascript,${encodeURIComponent(code)}`);

/** @returns {Promise<string[]>} */
async function modules() {
  const files = ['msal-browser/dist', 'msal-common/dist-browser'].map(async name => {
    const all = await readdir(join(PACKAGES, name), { recursive: true });
    return all.map(file => join(PACKAGES, name, file));
  });
  return (await Promise.all(files)).flat();
}

test('each of them is in MSAL.js, with what is left out of it', async () => {
  const paths = await modules();
  for (const { test: pattern, options } of unusedMsal) {
    const found = paths.filter(path => pattern.test(path));
    assert.equal(found.length, 1, `${pattern}: ${found}`);
    const source = await readFile(String(found[0]), 'utf8');
    assert.ok(without(source, options).length < source.length, String(pattern));
  }
});

test('a module that is never used consists of what throws', async () => {
  const paths = await modules();
  for (const { test: pattern, options } of unusedMsal) {
    if (options.names === undefined && !options.constructed) {
      const source = await readFile(String(paths.find(path => pattern.test(path))), 'utf8');
      const exports = await load(without(source, options));
      assert.notEqual(Object.keys(exports).length, 0);
      for (const [name, Unused] of Object.entries(exports)) {
        assert.throws(() => new Unused(), new RegExp(`${name} is not in this bundle`));
      }
    }
  }
});

const SOURCE = `import { b } from 'none';
const LIMIT = 1;
class A {
    constructor() {
        b();
    }
}
async function f() {
    b();
}
function g() {
    return LIMIT;
}
function hidden() {
}

export { A, f, g };
`;

test('some exports throw, and the others are as they were', async () => {
  const code = without(SOURCE, { names: ['A', 'f'], constructed: false });
  const { A, f, g } = await load(code.replace(/^import .*$/m, ''));
  assert.throws(() => new A(), /A is not in this bundle: see setup\/bundler/);
  assert.throws(() => f(), /f is not in this bundle/);
  assert.equal(g(), 1);
});

test('an instance throws when anything of it is used', async () => {
  const code = without('class A {\n}\n\nexport { A };\n', { constructed: true });
  const { A } = await load(code);
  const instance = new A(1, 2);
  assert.throws(() => instance.use, /A is not in this bundle/);
  assert.throws(() => instance.use(), /A is not in this bundle/);

  class B extends A {
    constructor() {
      super();
      this.own = 1;
    }
    use() {
      return this.own;
    }
  }
  const derived = new B();
  assert.equal(derived.use(), 1);
  assert.throws(() => derived.other(), /A is not in this bundle/);
});

test('what is not an exported class or function is refused', () => {
  const refusal = /Not an exported class or function/;
  const all = { constructed: false };
  assert.throws(() => without('class A {\n}\nconst B = 1;\n\nexport { A, B };\n', all), refusal);
  assert.throws(() => without('\nexport const B = 1;\n', all), refusal);
  for (const name of ['LIMIT', 'hidden', 'moved']) {
    assert.throws(() => without(SOURCE, { names: [name], constructed: false }), refusal);
  }
});
