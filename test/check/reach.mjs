/**
 * `docs/where-it-works.md`, made from the comments above tests, over as many lines as each takes:
 *
 *     // Reach: JupyterLab | localhost | `loopback` | a cell gets a token; a reloaded tab keeps
 *     // the sign-in
 */
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { checkPage, readTests, table, writePage } from './comment-page.mjs';

const FILE = 'docs/where-it-works.md';

const HEAD = `# Where it works

Each row is tested with real front ends and servers, on Linux and, unless a row names Firefox, with Chromium; only Azure is simulated. [Sign-in methods](sign-in-methods.md) describes the methods, and [Supported programs](supported-programs.md) lists what can use a sign-in.
`;

const FOOT = `
## Kernel gateways

With \`jupyter lab --gateway-url=…\`, the kernels run at a gateway. Pages answer these kernels like any others, through the Jupyter server. The server itself does not, because it did not start them. Therefore, tokens are renewed only while a page of the notebook is open, and the kernels do not offer tokens to other programs.

If a kernel that has just started stays “Unknown” in the status bar and runs no cell, reload the page. This happens occasionally without this extension, too: Jupyter Server connects to the gateway twice ([details](dev/decisions.md#a-lost-answer-is-repeated-over-a-connection-of-its-own)).

A gateway's kernels often listen on addresses other than loopback (in Enterprise Gateway, on all). They then refuse tokens with [\`plain_transport\`](troubleshooting.md#plain_transport): set \`c.KernelManager.transport_encryption\` at the gateway or, if its network is protected in another way, \`JUPYTER_AZURE_AUTH_ALLOW_PLAIN_TRANSPORT=1\` in the environment of its kernels.

Enterprise Gateway 3.3.0, the newest release in November 2026, requires jupyter_server older than 2 and jupyter_client older than 7. Install it in a separate environment. Its jupyter_client has no \`transport_encryption\`, so only the environment variable remains.

## Not run

Nothing was run on Windows or macOS. What differs there (file permissions, the keychain, \`az.cmd\`, the browser) is covered by unit tests only (\`test/cli/test_other_systems.py\`). Safari, JupyterLite and Enterprise Gateway are not in the tests.

<!-- Generated from the tests by \`npm run situations\`; \`npm run check\` compares. -->
`;

const COLUMNS = ['Front end', 'Host or address', 'Sign-in method', 'What happens', 'Test'];

/** Ends at a line that is no comment, or that begins another one. */
const REACH =
  /^\s*(?:#|\/\/) Reach: (.*(?:\n\s*(?:#|\/\/) (?!(?:Reach|Situation|Consumer): ).*)*)/gm;
const NEXT_LINE = /\n\s*(?:#|\/\/) /g;

/** After the comments: a test, or the loop that makes it for each front end. */
const TEST =
  /^(?:\s*(?:#|\/\/).*\n)*\s*(?:test\(|for \(const \w+ of |@pytest\.|(?:async )?def test_)/;

/** @returns {Promise<string[]>} What is wrong with the page, if anything. */
export async function checkReach() {
  return checkPage(FILE, await makePage());
}

async function makePage() {
  const places = await readTests(readReach);
  const rows = places
    .map(({ cells, path }) => [...cells, `\`${path}\``])
    .sort((one, other) => (one.join('|') < other.join('|') ? -1 : 1));
  return {
    text: `${HEAD}\n${table(COLUMNS, rows)}\n${FOOT}`,
    wrong: places
      .filter(({ cells, isTest }) => cells.length !== COLUMNS.length - 1 || !isTest)
      .map(
        ({ path, cells }) =>
          `${path}: a place needs four cells, above a test: "${cells.join(' | ')}".`
      )
  };
}

/**
 * @param {string} path - Below the root.
 * @param {string} text - Of the file.
 */
export function readReach(path, text) {
  return [...text.matchAll(REACH)].map(({ index, 0: { length }, 1: comment = '' }) => ({
    path,
    /** Otherwise no result of a test stands behind it. */
    isTest: TEST.test(text.slice(index + length).trimStart()),
    cells: comment
      .replaceAll(NEXT_LINE, ' ')
      .split('|')
      .map(cell => cell.trim())
  }));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  await writePage(FILE, await makePage());
}
