import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { users } from '../azure/users.mjs';
import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import { Jupyter } from './jupyter';
import { Lab } from './lab';
import { environmentFor, expect, test, traitsFor } from './fixtures';

const AZ = join(dirname(fileURLToPath(import.meta.url)), '..', 'azure', 'machine', 'az.mjs');

// Reach: JupyterLab | a machine with `az login` | `azure-cli` | a cell writes a blob without a click
test('the account of the Azure CLI writes a blob without a click', async ({
  azure,
  page,
  context
}, info) => {
  const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
  const [bob] = users.filter(({ key }) => key === 'bob');
  const variables = { ...(await environmentFor(azure)), ...(await logInToCli(folder, bob)) };
  const jupyter = await Jupyter.start(folder, traitsFor(azure), variables);
  await jupyter.beginTest(info.testId);
  const windows: unknown[] = [];
  context.on('page', other => windows.push(other));
  const lab = new Lab(page, jupyter, info.testId);
  await lab.open(await jupyter.write('azure-cli.ipynb', [CREDENTIAL + WRITE]));
  await lab.run(0);
  await expect(lab.output(0)).toHaveText(WRITTEN);
  await lab.showPanel();
  await expect(lab.panel.getByText('bob@contoso.com').first()).toBeVisible();
  await expect(lab.panel).toContainText('Azure CLI');
  expect(windows).toEqual([]);
  await jupyter.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Put `az` on the PATH, with an account signed in to it. @returns Variables for the server. */
async function logInToCli(
  folder: string,
  user: (typeof users)[number] | undefined
): Promise<Record<string, string>> {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'az'), `#!/bin/sh\nexec "${process.execPath}" "${AZ}" "$@"\n`);
  await chmod(join(bin, 'az'), 0o755);
  const subscription = {
    user: { name: user?.username, type: 'user' },
    tenantId: user?.tenantId,
    isDefault: true
  };
  await writeFile(
    join(folder, 'azureProfile.json'),
    // The real one also begins with a byte order mark.
    `\uFEFF${JSON.stringify({ subscriptions: [subscription] })}`
  );
  return {
    PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    AZURE_CONFIG_DIR: folder
  };
}
