/** All that `npm test` runs: a suite is a name, a command line, how to count its results, and what it needs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AZUREML_VENV, OLDEST_VENV, ROOT, program } from '../setup/project.mjs';
import {
  ensureAzureml,
  ensureCollaboration,
  ensureDocuments,
  ensureHub,
  ensureKeyrings,
  ensureOldest,
  ensurePrograms
} from '../setup/venv.mjs';
import { ensureChromium } from './chromium-install.mjs';
import { reportMissingFirefox } from './firefox.mjs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {readonly [string, ...string[]]} command
 * @property {(output: string) => Counts} count
 * @property {readonly (() => Promise<void>)[]} [needs] - What only this suite needs set up.
 * @property {boolean} [alone] - It uses every core itself.
 */

/** The cache is of use to people who run single tests, and suites that run side by side would share it. */
const PYTEST = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'];

/** @type {readonly Suite[]} Long ones first, so that all lanes end together. */
const SUITES = [
  { ...suite('static', node('test/check.mjs', '--without-unit'), countWords), alone: true },
  pytest('kernel'),
  { ...pytest('server'), needs: [ensureKeyrings, ensureDocuments, ensureHub] },
  nodeTests('azure'),
  {
    ...suite(
      'kernel, oldest',
      [
        program('python', OLDEST_VENV),
        ...PYTEST,
        // jupyter_client 7 leaves its contexts to the garbage collector, and does what Python 3.12
        // deprecates.
        ...['-W', 'ignore:Unclosed context:ResourceWarning', '-W', 'ignore::DeprecationWarning'],
        ...names('kernel', /^test_transport_.*\.py$/)
      ],
      countWords
    ),
    needs: [ensureOldest]
  },
  { ...pytest('processes'), needs: [ensurePrograms] },
  pytest('packaging'),
  pytest('ambient'),
  suite('unit', node('node_modules/jest/bin/jest.js'), countJest),
  { ...pytest('sdks', AZUREML_VENV), needs: [ensureAzureml] },
  nodeTests('setup'),
  {
    // How azure-identity asks has changed much between the oldest and the newest.
    ...suite(
      'ambient, oldest',
      [program('python', OLDEST_VENV), ...PYTEST, ...names('ambient', /^test_(?!nbclient).*\.py$/)],
      countWords
    ),
    needs: [ensureOldest]
  },
  pytest('cli'),
  pytest('azureml'),
  nodeTests('check'),
  playwright('e2e', 'test/e2e/playwright.config.ts', reportMissingFirefox),
  {
    ...playwright('e2e, oldest', 'test/e2e/oldest.config.ts'),
    needs: [ensureOldest, ensureChromium]
  }
];

/**
 * @param {readonly string[]} wanted - `kernel` stands for `kernel, oldest` too; none: all.
 * @returns {Suite[]}
 */
export function suitesNamed(wanted) {
  return SUITES.filter(
    ({ name }) =>
      wanted.length === 0 || wanted.some(one => name.split(', ')[0] === one || name === one)
  );
}

/**
 * @param {string} name
 * @param {readonly [string, ...string[]]} command
 * @param {Suite['count']} count
 * @returns {Suite}
 */
function suite(name, command, count) {
  return { name, command, count };
}

/**
 * @param {readonly string[]} args
 * @returns {[string, ...string[]]}
 */
function node(...args) {
  return [process.execPath, ...args];
}

/**
 * @param {string} folder - Below `test`.
 * @returns {Suite}
 */
function nodeTests(folder) {
  // By name: what Node makes of a folder has changed with its versions.
  const files = names(folder, /\.test\.mjs$/);
  return suite(folder, node('--test', '--test-reporter=tap', ...files), countTap);
}

/**
 * @param {string} folder - Below `test`.
 * @param {string} [venv] - To run it in.
 * @returns {Suite}
 */
function pytest(folder, venv) {
  return suite(folder, [program('python', venv), ...PYTEST, `test/${folder}`], countWords);
}

/**
 * @param {string} name
 * @param {string} config - Below the root.
 * @param {(() => Promise<void>)[]} more - What it needs set up besides.
 * @returns {Suite}
 */
function playwright(name, config, ...more) {
  return {
    name,
    command: node('node_modules/@playwright/test/cli.js', 'test', '-c', config),
    count: countPlaywright,
    needs: [
      ensureChromium,
      ensureKeyrings,
      ensureDocuments,
      ensureHub,
      ensureCollaboration,
      ensurePrograms,
      ...more
    ],
    alone: true
  };
}

/**
 * @param {string} folder - Below `test`.
 * @param {RegExp} pattern
 * @returns {string[]} Paths of the files with such names in it.
 */
function names(folder, pattern) {
  const place = join(ROOT, 'test', folder);
  const all = existsSync(place) ? readdirSync(place) : [];
  return all.filter(name => pattern.test(name)).map(name => join(place, name));
}

/**
 * `3 failed, 85 passed, 1 error in 1.20s`, and our own `9 passed, 0 failed`: the last such line.
 *
 * @param {string} output
 * @returns {Counts}
 */
export function countWords(output) {
  const lines = output.split('\n').filter(line => /\d+ (passed|failed|error)/.test(line));
  const line = lines.at(-1) ?? '';
  return { passed: number(line, /(\d+) passed/), failed: failures(line) };
}

/** @param {string} line */
function failures(line) {
  return number(line, /(\d+) failed/) + number(line, /(\d+) errors?\b/);
}

/**
 * @param {string} output
 * @returns {Counts}
 */
export function countJest(output) {
  return countWords(/^Tests: .*$/m.exec(output)?.[0] ?? '');
}

/**
 * @param {string} output
 * @returns {Counts}
 */
export function countTap(output) {
  return {
    passed: number(output, /^# pass (\d+)/m),
    failed: number(output, /^# fail (\d+)/m) + number(output, /^# cancelled (\d+)/m)
  };
}

/**
 * A test that passed at the second try, or was never begun, has not passed.
 *
 * @param {string} output
 * @returns {Counts}
 */
export function countPlaywright(output) {
  const bad = ['failed', 'flaky', 'interrupted', 'did not run', 'skipped'];
  const count = (/** @type {string} */ word) =>
    number(output, new RegExp(`^\\s+(\\d+) ${word}\\b`, 'm'));
  return {
    passed: count('passed'),
    failed: bad.map(count).reduce((total, each) => total + each, 0)
  };
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {number} 0 if it is not there.
 */
function number(text, pattern) {
  return Number(pattern.exec(text)?.[1] ?? 0);
}
