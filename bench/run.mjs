/** `npm run bench`: measures against peers, prints a table, and writes `bench/results.json`. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { mustRun, stopCommands } from '../setup/command.mjs';
import { runMain } from '../setup/failure.mjs';
import { prepare } from '../setup/prepare.mjs';
import { step } from '../setup/progress.mjs';
import { ROOT, program } from '../setup/project.mjs';
import { measureBundle } from '../test/check/bundle.mjs';
import { ensureChromium } from '../test/chromium-install.mjs';
import {
  bundleRows,
  cacheRows,
  importRows,
  labStartRows,
  refusedRows,
  roundTripRows,
  slowSourceRows,
  startRows
} from './rows.mjs';
import { table } from './table.mjs';

const RESULTS = join(ROOT, 'bench', 'results.json');

/** The folder for the samples of the page. */
const SAMPLES = join(ROOT, 'test-results', 'bench');

/** The exit code of a command that was stopped with Ctrl-C, as shells report it. */
const INTERRUPTED = 130;

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    stopCommands();
    process.exit(INTERRUPTED);
  });
}

await runMain(async () => {
  await prepare();
  // Before a debug build can replace the release build.
  const bundle = await measureBundle();
  await ensureChromium();
  const rows = [
    ...cacheRows(await python('A token that is held', 'bench.cache_hit')),
    ...importRows(await python('An import in a kernel', 'bench.import_time')),
    ...startRows(await python('A server whose metadata service hangs', 'bench.server_start')),
    ...slowSourceRows(await python('A source that takes ten seconds', 'bench.slow_sources')),
    ...refusedRows(await python('A refused cell of Azure Storage', 'bench.refused_storage')),
    ...(await pages()),
    ...bundleRows(bundle)
  ];
  await writeFile(RESULTS, `${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`);
  console.log(`\n${table(rows)}`);
});

/**
 * @param {string} what
 * @param {string} module - Prints JSON on its last line.
 * @returns {Promise<any>}
 */
async function python(what, module) {
  const output = await step(what, () => mustRun(what, program('python'), ['-m', module]));
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}

async function pages() {
  const playwright = join('node_modules', '@playwright', 'test', 'cli.js');
  const config = join('bench', 'page', 'playwright.config.ts');
  await rm(SAMPLES, { recursive: true, force: true });
  await step('Round trips to a page, and starts of JupyterLab (four minutes)', () =>
    mustRun('The page', process.execPath, [playwright, 'test', '-c', config])
  );
  const read = async (/** @type {string} */ name) =>
    JSON.parse(await readFile(join(SAMPLES, `${name}.json`), 'utf8'));
  return [
    ...roundTripRows('idle', await read('idle')),
    ...roundTripRows('busy', await read('busy')),
    ...labStartRows(await read('lab-start'))
  ];
}

function machine() {
  return { node: process.version, platform: process.platform, processors: cpus().length };
}
