/** What no linter of a single language sees: sizes and names of files, and what must not be in them. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mustRun } from '../../setup/command.mjs';
import { ROOT } from '../../setup/project.mjs';

const MAX_LINES = 400;

const CODE = /\.(ts|tsx|mjs|cjs|js|py|css)$/;

/** Names that say nothing of what is inside, and so attract everything. */
const NAMELESS = /(^|\/)(utils?|helpers?|common|misc|handlers?)(\.|\/)/;

/** Files of the product itself; they know of no test. */
const PRODUCT = /^(src|jupyter_azure_auth|style|schema)\//;

/** Not written here as they would be found: this file is read too. */
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
  const text = await readFile(join(ROOT, path), 'utf8').catch(() => '');
  const lines = text.split('\n').length - 1;
  return [
    ...(CODE.test(path) && lines > MAX_LINES ? [`${path} has ${lines} lines.`] : []),
    ...(NAMELESS.test(path) ? [`${basename(path)} is no name for a subject: ${path}`] : []),
    ...FORBIDDEN.filter(([where, what]) => where.test(path) && what.test(text)).map(
      ([, , name]) => `${path} holds ${name}.`
    )
  ];
}
