import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import {
  environmentFor,
  expect,
  type LocalAzure,
  test as base,
  whileJupyterRuns
} from './fixtures';
import { control, SHORT_LIFE, signInAt, UNTIL_RENEWED } from './front-end-steps';
import { freePort, type Jupyter, PYTHON, ROOT } from './jupyter';

/** Also the Kernel Gateway; see `setup/requirements-programs.txt`. */
const PACKAGES = join(ROOT, '.cache', 'programs');

const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) =>
      whileGatewayRuns(azure, url =>
        whileJupyterRuns(azure, use, undefined, { GatewayClient: { url } })
      ),
    { scope: 'worker', timeout: 300_000 }
  ]
});

/** A real Kernel Gateway. */
async function whileGatewayRuns(
  azure: LocalAzure,
  use: (url: string) => Promise<void>
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const port = await freePort();
  const args = ['-m', 'kernel_gateway', '--ip=127.0.0.1', `--port=${port}`];
  const environment = await environmentFor(azure);
  const child = spawn(PYTHON, [...args, '--JupyterWebsocketPersonality.list_kernels=True'], {
    cwd: folder,
    env: {
      ...process.env,
      ...environment,
      // Its kernels inherit nothing else.
      KG_ENV_PROCESS_WHITELIST: Object.keys(environment).join(),
      PYTHONPATH: [ROOT, PACKAGES].join(delimiter),
      JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
      IPYTHONDIR: join(folder, 'ipython')
    }
  });
  child.stderr.pipe(createWriteStream(join(folder, 'gateway.log')));
  const ended = new Promise(resolve => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/api`).then(
      ({ ok }) => ok,
      () => false
    );
  try {
    await expect.poll(isReady, { timeout: 120_000, intervals: [100] }).toBe(true);
    await use(url);
  } finally {
    // It ends its kernels.
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

// Reach: JupyterLab with `--gateway-url` | a Kernel Gateway | `popup` | a waiting cell writes and
// reads a blob, even after a reload; a cell outlives its token
test('signs in for a kernel at a gateway', async ({ lab, jupyter, alice, configure }) => {
  await configure(SHORT_LIFE);
  // The first cell asks at once: JupyterLab opens the first socket of such a kernel twice.
  await lab.open(await jupyter.write('gateway.ipynb', [CREDENTIAL + WRITE, UNTIL_RENEWED]));
  await lab.run(0);
  await expect(control(lab, 0)).toBeVisible();
  await signInAt(lab, control(lab, 0), alice);
  await expect(lab.output(0)).toHaveText(WRITTEN);
  await lab.reload();
  await lab.ready();
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('renewed', { timeout: 120_000 });
});
