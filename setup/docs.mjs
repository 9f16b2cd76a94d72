/** `npm run docs`: builds the documentation site, or shows it while it is written (`--serve`). */
import { mustRun } from './command.mjs';
import { runMain } from './failure.mjs';
import { ensureNodePackages, requireNode } from './node.mjs';
import { DOCS_VENV, environment, program } from './project.mjs';
import { ensureDocs } from './venv.mjs';

await runMain(async () => {
  requireNode();
  await ensureNodePackages();
  await ensureDocs();
  const serve = process.argv.includes('--serve');
  await mustRun('mkdocs', program('mkdocs', DOCS_VENV), serve ? ['serve'] : ['build'], {
    // Otherwise, it advertises another program at each start.
    env: environment({ NO_MKDOCS_2_WARNING: '1' }),
    echo: true
  });
});
