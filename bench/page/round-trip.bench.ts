import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Jupyter } from '../../test/e2e/jupyter';
import { environmentFor, expect, test as stand, traitsFor } from '../../test/e2e/fixtures';
import { answerPings } from './ping';

/** Read by `run.mjs`. */
const RESULTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'test-results', 'bench');

const SCOPE = 'https://storage.azure.com/.default';

const IMPORT = `from bench.round_trip import JupyterCredential, measure_idle, measure_to
JupyterCredential().get_token("${SCOPE}").expires_on > 0`;

const test = stand.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    async ({ azure }, use, info) => {
      const traits = {
        ...traitsFor(azure),
        LabApp: {
          expose_app_in_browser: true,
          check_for_updates_class: 'jupyterlab.NeverCheckForUpdate'
        }
      };
      const folder = join(RESULTS, `jupyter-${info.parallelIndex}`);
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
      const jupyter = await Jupyter.start(folder, traits, await environmentFor(azure));
      await use(jupyter);
      await jupyter.stop();
    },
    { scope: 'worker', timeout: 60_000 }
  ]
});

test('round trips', async ({ lab, jupyter, alice }) => {
  const busy = join(RESULTS, 'busy.json');
  const idle = join(RESULTS, 'idle.json');
  await mkdir(RESULTS, { recursive: true });
  await Promise.all([busy, idle].map(file => rm(file, { force: true })));
  const cells = [
    IMPORT,
    `measure_to(${JSON.stringify(busy)}, "${SCOPE}")`,
    `measure_idle(${JSON.stringify(idle)}, "${SCOPE}")`
  ];
  await lab.open(await jupyter.write('round-trip.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await expect(lab.output(0)).toHaveText('True');
  await answerPings(lab.page);
  await lab.run(1);
  await exists(busy);
  await lab.ready();
  await lab.run(2);
  await exists(idle);
});

async function exists(file: string): Promise<void> {
  await expect
    .poll(() => readFile(file, 'utf8').catch(() => null), { timeout: 80_000 })
    .not.toBeNull();
}
