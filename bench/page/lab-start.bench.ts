import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tmpdir } from 'node:os';
import { environmentFor, test, traitsFor } from '../../test/e2e/fixtures';
import { Jupyter, ROOT } from '../../test/e2e/jupyter';

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'test-results', 'bench');

const EXTENSION = 'jupyter-azure-auth';
const LABEXTENSIONS = join(ROOT, '.venv', 'share', 'jupyter', 'labextensions');

/** After one start each that is not counted: it compiles and fills caches. */
const STARTS = 5;

test('starts of JupyterLab', async ({ azure, browser }) => {
  test.setTimeout(600_000);
  const samples = { without: [] as number[], with: [] as number[] };
  for (let turn = 0; turn <= STARTS; turn += 1) {
    // In turns, so that other load on the machine affects both.
    for (const which of ['without', 'with'] as const) {
      const folder = await mkdtemp(join(tmpdir(), 'lab-start-'));
      const traits = await traitsOf(folder, which === 'with' ? traitsFor(azure) : null);
      const begun = performance.now();
      const jupyter = await Jupyter.start(folder, traits, await environmentFor(azure));
      const context = await browser.newContext();
      const page = await context.newPage();
      const path = await jupyter.write('start.ipynb', ['1 + 1']);
      await page.goto(`${jupyter.url}lab/tree/${path}?token=${jupyter.token}`);
      // A locator would look once a second only.
      await page.waitForFunction(isUsable, undefined, { polling: 'raf', timeout: 120_000 });
      if (turn > 0) {
        samples[which].push(performance.now() - begun);
      }
      await context.close();
      await jupyter.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  }
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, 'lab-start.json'), JSON.stringify(samples));
});

/** Runs in the page. @returns Whether a notebook is open and its kernel can run a cell. */
function isUsable(): boolean {
  const indicator = document.querySelector('.jp-Notebook-ExecutionIndicator');
  return (
    document.querySelector('.jp-NotebookPanel .jp-Cell') !== null &&
    indicator?.getAttribute('data-status') === 'idle' &&
    document.querySelector('#jp-main-statusbar')?.textContent?.includes('| Idle') === true
  );
}

/**
 * Return the configuration of a server that finds all extensions in one folder, with or without
 * this one.
 *
 * @param settings - Of this extension; null: without it.
 */
async function traitsOf(
  folder: string,
  settings: Record<string, object> | null
): Promise<Record<string, object>> {
  const extensions = join(folder, 'labextensions');
  await mkdir(extensions);
  for (const name of await readdir(LABEXTENSIONS)) {
    if (settings !== null || name !== EXTENSION) {
      await symlink(join(LABEXTENSIONS, name), join(extensions, name));
    }
  }
  return {
    ...settings,
    LabApp: {
      check_for_updates_class: 'jupyterlab.NeverCheckForUpdate',
      labextensions_path: [extensions]
    },
    ServerApp: {
      tornado_settings: { page_config_data: { buildAvailable: false, buildCheck: false } },
      jpserver_extensions: { jupyter_azure_auth: settings !== null }
    }
  };
}
