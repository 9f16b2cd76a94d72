import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Jupyter } from './jupyter';
import { Lab } from './lab';
import { expect, plainEnvironment, test as base } from './localhost-fixtures';

const BACKENDS = join(dirname(fileURLToPath(import.meta.url)), 'keychain');

const CELLS = [
  `
import os, time
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=JupyterCredential())
container = service.get_container_client(f"c{time.time_ns()}")
container.create_container()
print(container.exists())
`
];

interface IFixtures {
  /** Contents of the test's keychain. */
  keychain: () => Promise<Record<string, string>>;
  /** Start the server; again after ending it, together with its kernels and its memory. */
  start: (variables: Record<string, string>) => Promise<Lab>;
  folder: string;
}

const test = base.extend<IFixtures>({
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  },

  keychain: async ({ folder }, use) => {
    await use(async () => JSON.parse(await readFile(keychainIn(folder), 'utf8')));
  },

  start: async ({ azure, folder, page }, use, info) => {
    let running: Jupyter | null = null;
    await use(async variables => {
      await running?.stop();
      running = await Jupyter.start(
        folder,
        {},
        { ...(await plainEnvironment(azure)), ...variables }
      );
      await running.beginTest(info.testId);
      await running.write('kept.ipynb', CELLS);
      const lab = new Lab(page, running, info.testId);
      await lab.open(`${info.testId}/kept.ipynb`);
      return lab;
    });
    await (running as Jupyter | null)?.stop();
  }
});

const keychainIn = (folder: string): string => join(folder, 'keychain.json');

test('restores the sign-in after a restart of the server, with a keychain', async ({
  start,
  keychain,
  folder,
  alice,
  context
}) => {
  const variables = {
    PYTHONPATH: BACKENDS,
    PYTHON_KEYRING_BACKEND: 'file_keyring.Keyring',
    KEYCHAIN_OF_THE_TEST: keychainIn(folder)
  };
  const lab = await start(variables);
  await lab.signIn(alice);
  await expect(lab.panel).toContainText('keychain');
  const windows: unknown[] = [];
  context.on('page', page => windows.push(page));
  const again = await start(variables);
  await again.run(0);
  await expect(again.output(0)).toHaveText('True');
  await again.showPanel();
  await expect(again.panel.getByText(alice.username)).toBeVisible();
  await expect(again.panel).toContainText('keychain');
  expect(windows).toEqual([]);
  await again.signOut();
  await expect.poll(keychain).toEqual({});
});

test('asks again after a restart, as announced, without a keychain', async ({ start, alice }) => {
  const variables = { PYTHON_KEYRING_BACKEND: 'keyring.backends.fail.Keyring' };
  const lab = await start(variables);
  await lab.signIn(alice);
  await expect(lab.panel).toContainText('until you sign out or Jupyter stops');
  const again = await start(variables);
  await again.run(0);
  await expect(again.output(0)).toContainText('Sign in');
  await again.signIn(alice);
  await expect(again.output(0)).toHaveText('True');
});
