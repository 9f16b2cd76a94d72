import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subscriptions } from '../azure/arm-resources.mjs';
import { AZUREML_VENV, program } from '../../setup/project.mjs';
import type { Jupyter } from './jupyter';
import { authenticate } from './lab';
import { expect, test } from './localhost-fixtures';
import { userOf } from './fixtures';

const [ours, theirs] = subscriptions.map(({ id, tenantId, workspaces: [workspace] }) => ({
  id,
  tenantId,
  ...{ group: workspace?.group ?? '', workspace: workspace?.name ?? '' }
}));

/** The three snippets of the original's documentation, with one changed line. */
const SNIPPETS = [
  `
from jupyter_azure_auth import InteractiveLoginAuthentication

interactive_auth = InteractiveLoginAuthentication()
auth_header = interactive_auth.get_authentication_header()
print(auth_header)`,
  `
from azureml.core import Workspace

ws = Workspace.from_config(auth=interactive_auth)
print(ws.name, ws.get_details()["location"], list(ws.experiments))`,
  `
interactive_auth = InteractiveLoginAuthentication(tenant_id="${theirs?.tenantId}")

ws = Workspace(subscription_id="${theirs?.id}",
               resource_group="${theirs?.group}",
               workspace_name="${theirs?.workspace}",
               auth=interactive_auth)
print(ws.name)`
];

const ASKED =
  'Performing interactive authentication. Please follow the instructions on the terminal. ' +
  'Interactive authentication successfully completed.';

/**
 * Let the server start kernels of the environment that has the SDKs, with their own home folder.
 */
async function addKernel(jupyter: Jupyter): Promise<void> {
  const place = join(jupyter.folder, 'data', 'kernels', 'azureml');
  const home = join(jupyter.folder, 'home');
  await mkdir(place, { recursive: true });
  await mkdir(home, { recursive: true });
  const argv = [program('python', AZUREML_VENV), '-m', 'ipykernel_launcher', '-f'];
  const spec = {
    argv: [...argv, '{connection_file}'],
    display_name: 'Azure ML',
    env: { HOME: home }
  };
  await writeFile(join(place, 'kernel.json'), JSON.stringify({ ...spec, language: 'python' }));
}

test('runs the notebook of the original documentation, and asks once for each tenant', async ({
  lab,
  jupyter,
  azure,
  alice
}) => {
  await addKernel(jupyter);
  const config = {
    subscription_id: ours?.id,
    resource_group: ours?.group,
    workspace_name: ours?.workspace
  };
  await jupyter.writeFile('config.json', JSON.stringify(config));
  await lab.open(await jupyter.write('azureml.ipynb', SNIPPETS, 'azureml'));

  // No account is signed in: it prompts, and the header is hidden where it is shown.
  await lab.run(0);
  await expect(lab.cell(0)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(lab.cell(0)).toContainText(`${ASKED} {'Authorization': <Azure token, hidden>}`);

  // An account is signed in: no prompt.
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('ml-contoso westeurope []');

  // Alice is no guest at Fabrikam: another account has to sign in there.
  await lab.run(2);
  await expect(lab.cell(2)).toContainText('Sign in');
  const carol = userOf(azure, 'carol');
  await authenticate(await lab.askToSignIn(), carol);
  await expect(lab.cell(2)).toContainText(`${ASKED} ml-fabrikam`);
  await expect(lab.panel.getByText(carol.username)).toBeVisible();
});
