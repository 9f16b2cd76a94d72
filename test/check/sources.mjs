/** Checks that linters of a single language cannot do: sizes and names of files, and forbidden content. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mustRun } from '../../setup/command.mjs';
import { ROOT } from '../../setup/project.mjs';
import { secondDefinitions } from './facts.mjs';

const MAX_LINES = 400;

const CODE = /\.(ts|tsx|mjs|cjs|js|py|css)$/;

/** Names that do not describe a file's content, and so attract unrelated code. */
const NAMELESS = /(^|\/)(utils?|helpers?|common|misc|handlers?)(\.|\/)/;

/** Files of the product, which must not refer to tests. */
const PRODUCT = /^(src|jupyter_azure_auth|style|schema)\//;

/** Written so that they are not found here: this file is checked, too. */
const FORBIDDEN = /** @type {const} */ ([
  [/^/, new RegExp(`"resolved": "${'http'}|/${'work'}/`), 'an address or a path of one machine'],
  [PRODUCT, /\b(fake|mock|azurite)\b/i, 'a word of tests'],
  [/^test\//, new RegExp(`waitForTimeout\\(|time\\.${'sleep'}\\(`), 'a wait on the clock'],
  [
    /^test\//,
    new RegExp(
      `\\b(it|test|describe)\\.(${'skip'}|only|fixme)\\b|pytest\\.(mark\\.)?${'skip'}|${'xf'}ail\\(`
    ),
    'a test that does not run'
  ]
]);

/** @returns {Promise<string[]>} A sentence for each file that is not as it should be. */
export async function checkSources() {
  // With those not committed yet, without those ignored.
  const list = await mustRun('git ls-files', 'git', ['ls-files', '-co', '--exclude-standard']);
  const files = list.trim().split('\n');
  const found = await Promise.all(files.map(checkFile));
  return found.flat();
}

/** @param {string} path */
async function checkFile(path) {
  return problemsIn(path, await readFile(join(ROOT, path), 'utf8').catch(() => ''));
}

/**
 * @param {string} path - Below the root.
 * @param {string} text - Of the file.
 */
export function problemsIn(path, text) {
  const lines = text.split('\n').length - 1;
  return [
    ...(CODE.test(path) && lines > MAX_LINES ? [`${path} has ${lines} lines.`] : []),
    ...(NAMELESS.test(path) ? [`${basename(path)} is no name for a subject: ${path}`] : []),
    ...FORBIDDEN.filter(([where, what]) => where.test(path) && what.test(text)).map(
      ([, , name]) => `${path} holds ${name}.`
    ),
    ...secondDefinitions(path, text)
  ];
}
