/** `npm run check`: everything that is quick to know, without a browser or a server. */
import { checkConsumers } from './check/consumers.mjs';
import { checkReach } from './check/reach.mjs';
import { checkSituations } from './check/situations.mjs';
import { run } from '../setup/command.mjs';
import { checkCatalog } from '../setup/catalog.mjs';
import { runMain } from '../setup/failure.mjs';
import { prepare } from '../setup/prepare.mjs';
import { program } from '../setup/project.mjs';
import { checkApiReport } from './check/api-report.mjs';
import { checkBundle } from './check/bundle.mjs';
import { checkGenerated } from './check/generated.mjs';
import { checkSources } from './check/sources.mjs';
import { inLanes } from './lanes.mjs';

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {() => Promise<string>} find - What is wrong; empty: nothing.
 * @property {boolean} [alone] - It uses every core itself.
 */

/** @type {readonly Check[]} Long ones first, so that all lanes end together. */
const CHECKS = [
  node('eslint', 'eslint/bin/eslint.js', '.'),
  command('mypy', program('mypy'), []),
  node('types', 'typescript/bin/tsc', '-p', 'tsconfig.test.json'),
  node('prettier', 'prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  // The other checker that users have, over what they write: it sees what mypy lets pass.
  node('pyright', 'pyright/index.js', '-p', 'test/types', '--pythonpath', program('python')),
  node('stylelint', 'stylelint/bin/stylelint.mjs', 'style/**/*.css'),
  ours('sources', checkSources),
  ours('situations', checkSituations),
  ours('supported programs', checkConsumers),
  ours('where it works', checkReach),
  ours('generated', checkGenerated),
  ours('catalog', checkCatalog),
  ours('API report', checkApiReport),
  command('ruff', program('ruff'), ['check', '--quiet', '.']),
  command('ruff format', program('ruff'), ['format', '--check', '--quiet', '.']),
  ours('bundle size', checkBundle),
  // `npm test` counts these one by one instead.
  ...(process.argv.includes('--without-unit')
    ? []
    : [{ ...node('unit tests', 'jest/bin/jest.js'), alone: true }])
];

await runMain(async () => {
  await prepare();
  let failed = 0;
  await inLanes(CHECKS, async ({ name, find }) => {
    const begin = Date.now();
    const wrong = await find();
    const seconds = ((Date.now() - begin) / 1000).toFixed(1);
    console.log(`${wrong === '' ? 'pass' : 'FAIL'}  ${name}  ${seconds} s`);
    if (wrong !== '') {
      failed += 1;
      console.log(wrong);
    }
  });
  console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
});

/**
 * @param {string} name
 * @param {() => Promise<string[]>} find
 * @returns {Check}
 */
function ours(name, find) {
  return { name, find: async () => (await find()).join('\n') };
}

/**
 * @param {string} name
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Check}
 */
function command(name, file, args) {
  const find = async () => {
    const { code, output } = await run(file, args);
    return code === 0 ? '' : output.trimEnd() || 'It says nothing.';
  };
  return { name, find };
}

/**
 * @param {string} name
 * @param {string} script - Below node_modules.
 * @param {readonly string[]} args
 * @returns {Check}
 */
function node(name, script, ...args) {
  return command(name, process.execPath, [`node_modules/${script}`, ...args]);
}
