/** `npm run picture`: takes the pictures of the README, in a real JupyterLab on the local Azure. */
import { join } from 'node:path';
import { mustRun } from '../../../setup/command.mjs';
import { runMain } from '../../../setup/failure.mjs';
import { prepare } from '../../../setup/prepare.mjs';
import { DOCS_VENV, ROOT, program } from '../../../setup/project.mjs';
import { ensureDocs } from '../../../setup/venv.mjs';

const FOLDER = join(ROOT, 'docs', 'images', 'record');

await runMain(async () => {
  await prepare();
  await ensureDocs();
  const playwright = join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');
  const config = join(FOLDER, 'playwright.config.ts');
  await mustRun('The recording', process.execPath, [playwright, 'test', '-c', config], {
    echo: true
  });
  await mustRun('The animation', program('python', DOCS_VENV), [join(FOLDER, 'animate.py')]);
});
