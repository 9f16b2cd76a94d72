/**
 * `docs/dev/situations.md`, made from the comments of tests. A comment above a test begins with
 * `Situation:` and has five cells, over as many lines as it takes:
 *
 *     # Situation: metadata service | answers after 1.5 s | first token | the machine's token |
 *     # nothing to do
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { mustRun } from '../../setup/command.mjs';
import { ROOT } from '../../setup/project.mjs';

const FILE = join(ROOT, 'docs', 'dev', 'situations.md');

const HEAD = `# What happens when something fails

Each row is a test: whose token a caller gets in that situation, or which error, and how it recovers.
Generated from the tests by \`npm run situations\`; \`npm run check\` compares.
`;

const COLUMNS = ['Component', 'Fault', 'Moment', 'Whose token, or which error', 'Recovery', 'Test'];

const BEGIN = /^\s*(?:#|\/\/) Situation: (.*)$/;
const COMMENT = /^\s*(?:#|\/\/) (.*)$/;
const NO_TEST = '(no test follows)';

const PYTHON_TEST = /^\s*(?:async )?def (test_\w+)/;
/** The call with the name of a test, which follows the table of `it.each`, however long it is. */
const CALL = /^\s*(?:it|test|(?:it|test)\.each\b.*\)|\]\))\(\s*(?:(['"`])(.*?)\1,|$)/;
/** A test with a name that does not fit on the line of the call. */
const NAME = /^\s*['"`](.*)['"`],?$/;

/** @returns {Promise<string[]>} What is wrong with the page, if anything. */
export async function checkSituations() {
  const { text, wrong } = await makePage();
  if (wrong.length > 0) {
    return wrong;
  }
  const current = await readFile(FILE, 'utf8').catch(() => '');
  return current === text ? [] : ['docs/dev/situations.md is outdated: npm run situations.'];
}

async function makePage() {
  const list = await mustRun('git ls-files', 'git', [
    ...['ls-files', '-co', '--exclude-standard', '--', 'test']
  ]);
  const paths = list
    .trim()
    .split('\n')
    // Without the examples in the test of this script.
    .filter(path => /\.(py|ts|tsx|mjs)$/.test(path) && !path.startsWith('test/check/'));
  const found = await Promise.all(
    paths.map(async path =>
      // Deleted, and not committed yet.
      readSituations(path, await readFile(join(ROOT, path), 'utf8').catch(() => ''))
    )
  );
  const situations = found.flat();
  const wrong = situations.filter(
    ({ name, cells }) => name === NO_TEST || cells.length !== COLUMNS.length - 1
  );
  const rows = situations
    .map(({ cells, path, name }) => [...cells, `\`${path}\`: ${name}`])
    .sort((one, other) => (one.join('|') < other.join('|') ? -1 : 1));
  const table = [COLUMNS, COLUMNS.map(() => '---'), ...rows];
  return {
    text: `${HEAD}\n${table.map(row => `| ${row.join(' | ')} |`).join('\n')}\n`,
    wrong: wrong.map(
      ({ path, name }) => `${path}: a situation needs five cells and a test: "${name}".`
    )
  };
}

/**
 * @param {string} path - Below the root.
 * @param {string} text - Of the file.
 */
export function readSituations(path, text) {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const begin = BEGIN.exec(line);
    if (begin === null) {
      return [];
    }
    const rest = lines.slice(index + 1);
    const end = rest.findIndex(one => !COMMENT.test(one) || BEGIN.test(one));
    const comment = [begin[1], ...rest.slice(0, end).map(one => COMMENT.exec(one)?.[1])].join(' ');
    const cells = comment.split('|').map(cell => cell.trim());
    return [{ path, name: nameOfTest(rest), cells: cells.filter(cell => cell !== '') }];
  });
}

/** @param {readonly string[]} lines - After the beginning of the comment. */
function nameOfTest(lines) {
  const index = lines.findIndex(line => PYTHON_TEST.test(line) || CALL.test(line));
  const line = lines[index] ?? '';
  const name =
    PYTHON_TEST.exec(line)?.[1] ?? CALL.exec(line)?.[2] ?? NAME.exec(lines[index + 1] ?? '')?.[1];
  return (name ?? NO_TEST).replaceAll('|', '\\|');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const { text, wrong } = await makePage();
  await writeFile(FILE, text);
  console.log(wrong.join('\n') || `${text.split('\n').length} lines`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
