/** `npm start`: the demo, from a fresh clone; needs only Node and Python. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stopCommands } from '../setup/command.mjs';
import { INTERRUPTED, whenAskedToEnd } from '../setup/ending.mjs';
import { runMain } from '../setup/failure.mjs';
import { requireNode } from '../setup/node.mjs';
import { prepare } from '../setup/prepare.mjs';
import { step } from '../setup/progress.mjs';
import { CACHE } from '../setup/project.mjs';
import { openBrowser } from './browser.mjs';
import { localCloud, realCloud } from './cloud.mjs';
import { startJupyter } from './jupyter.mjs';
import { workingCopy } from './notebook.mjs';
import { HELP, readOptions } from './options.mjs';
import { choosePort } from './port.mjs';

const NOTEBOOK = 'demo.ipynb';

await runMain(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  requireNode();
  // Before the long steps, so that an error comes at once.
  const port = await choosePort(options.port);
  const asked = whenAskedToEnd();
  const isReady = await Promise.race([prepare().then(() => true), asked.then(() => false)]);
  if (isReady) {
    await serve(options, port, asked);
  } else {
    stopCommands();
    process.exitCode = INTERRUPTED;
  }
});

/**
 * @param {import('./options.mjs').Options} options
 * @param {number} port
 * @param {Promise<void>} asked - Resolves when the process is asked to end.
 */
async function serve({ azure, browser }, port, asked) {
  const folder = join(CACHE, 'demo');
  // The server's log contains its token.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const notebooks = await workingCopy(folder, NOTEBOOK);
  const cloud =
    azure === null
      ? await step('Starting the local Azure', () => localCloud(folder))
      : realCloud(azure);
  try {
    const { traits, environment: variables } = cloud;
    const jupyter = await step('Starting JupyterLab', () =>
      startJupyter({ folder, notebooks, port, traits, variables })
    );
    try {
      const address = jupyter.address(`lab/tree/${NOTEBOOK}`);
      console.log(`${cloud.hint}\n${address}\nCtrl-C stops the demo.`);
      if (browser) {
        openBrowser(address);
      }
      await Promise.race([asked, jupyter.ended]);
    } finally {
      await jupyter.stop();
    }
  } finally {
    await cloud.stop();
  }
}
