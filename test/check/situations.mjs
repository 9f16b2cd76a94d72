/**
 * `docs/dev/situations.md`, made from the comments of tests. A comment above a test begins with
 * `Situation:` and has five cells, over as many lines as it takes:
 *
 *     # Situation: metadata service | answers after 1.5 s | first token | the machine's token |
 *     # nothing to do
 */
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkPage, readTests, table, writePage } from './comment-page.mjs';

const FILE = 'docs/dev/situations.md';

const HEAD = `# What happens when something fails

Each row is a test: whose token a caller gets in that situation, or which error, and how it recovers.
Generated from the tests by \`npm run situations\`; \`npm run check\` compares.
`;

const COLUMNS = ['Component', 'Fault', 'Moment', 'Whose token, or which error', 'Recovery', 'Test'];

const BEGIN = /^\s*(?:#|\/\/) Situation: (.*)$/;
/** Not one of another page. */
const COMMENT = /^\s*(?:#|\/\/) (?!Reach: )(.*)$/;
const NO_TEST = '(no test follows)';

const PYTHON_TEST = /^\s*(?:async )?def (test_\w+)/;
/** The call with the name of a test, which follows the table of `it.each`, however long it is. */
const CALL = /^\s*(?:it|test|(?:it|test)\.each\b.*\)|\]\))\(\s*(?:(['"`])(.*?)\1,|$)/;
/** A test with a name that does not fit on the line of the call. */
const NAME = /^\s*['"`](.*)['"`],?$/;

/** @returns {Promise<string[]>} What is wrong with the page, if anything. */
export async function checkSituations() {
  return checkPage(FILE, await makePage());
}

async function makePage() {
  const situations = await readTests(readSituations);
  const wrong = situations.filter(
    ({ name, cells }) => name === NO_TEST || cells.length !== COLUMNS.length - 1
  );
  const rows = situations
    .map(({ cells, path, name }) => [...cells, `\`${path}\`: ${name}`])
    .sort((one, other) => (one.join('|') < other.join('|') ? -1 : 1));
  return {
    text: `${HEAD}\n${table(COLUMNS, rows)}\n`,
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
  await writePage(FILE, await makePage());
}
