/**
 * `docs/supported-programs.md`, made from comments of one line beside what is run in the tests:
 *
 *     # Consumer: papermill | `JupyterCredential()` | reads a blob
 */
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkPage, readTests, table, writePage } from './comment-page.mjs';

const FILE = 'docs/supported-programs.md';

const HEAD = `# Supported programs

Each row is tested with the real program, after a single sign-in. There are two ways:

- **\`JupyterCredential()\`**: your code calls it. It works in everything that the Jupyter server starts, directly or indirectly, with no other setup.
- **Switch**: code that does not know this package, such as \`DefaultAzureCredential()\`. Turn on [**Let other programs use this sign-in**](other-programs.md) in the Azure panel; in a terminal, also run \`eval "$(jupyter azure-auth env)"\`.
`;

const FOOT = `
In a program that is not listed, \`JupyterCredential()\` works if the program runs Python, passes its environment variables on, and runs on the same host as the Jupyter server.

<!-- Generated from the tests by \`npm run situations\`; \`npm run check\` compares. -->
`;

const COLUMNS = ['Program', 'How it gets tokens', 'What the test does', 'Test'];

const CONSUMER = /^\s*(?:#|\/\/) Consumer: (.*)$/;

/** @returns {Promise<string[]>} What is wrong with the page, if anything. */
export async function checkConsumers() {
  return checkPage(FILE, await makePage());
}

async function makePage() {
  const consumers = await readTests(readConsumers);
  const rows = consumers
    .map(({ cells, path }) => [...cells, `\`${path}\``])
    .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
  return {
    text: `${HEAD}\n${table(COLUMNS, rows)}\n${FOOT}`,
    wrong: consumers
      .filter(({ cells }) => cells.length !== COLUMNS.length - 1)
      .map(({ path, cells }) => `${path}: a consumer needs three cells: "${cells.join(' | ')}".`)
  };
}

/** @param {readonly string[]} row */
function sortKey(row) {
  return row.join('|').toLowerCase().replaceAll(/[`@]/g, '');
}

/**
 * @param {string} path - Below the root.
 * @param {string} text - Of the file.
 */
export function readConsumers(path, text) {
  return text.split('\n').flatMap(line => {
    const cells = CONSUMER.exec(line)?.[1]
      ?.split('|')
      .map(cell => cell.trim());
    return cells === undefined ? [] : [{ path, cells }];
  });
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await writePage(FILE, await makePage());
}
