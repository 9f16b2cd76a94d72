import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { Jupyter } from './jupyter';
import { authenticate } from './lab';
import { environmentFor, expect, test as base, traitsFor } from './fixtures';

const OURS = fileURLToPath(new URL('../../jupyter_azure_auth/labextension', import.meta.url));

/** A JupyterLab with our extension and no other: ipywidgets is only in the kernel's environment. */
const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    async ({ azure }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
      const extensions = join(folder, 'labextensions');
      await mkdir(extensions);
      await symlink(OURS, join(extensions, 'jupyter-azure-auth'));
      const traits = { ...traitsFor(azure), LabApp: { labextensions_path: [extensions] } };
      const jupyter = await Jupyter.start(folder, traits, await environmentFor(azure));
      await use(jupyter);
      await jupyter.stop();
      await rm(folder, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 180_000 }
  ]
});

test('works where the server has no ipywidgets', async ({ lab, jupyter, alice }) => {
  const widget = 'from jupyter_azure_auth import SignInWidget\nSignInWidget()';
  await lab.open(await jupyter.write('alone.ipynb', [CREDENTIAL, FINGERPRINT, widget]));
  await lab.run(0);
  await lab.run(1);
  const popup = await lab.popupOf(() =>
    lab.cell(1).getByRole('button', { name: 'Sign in', exact: true }).click()
  );
  await authenticate(popup, alice);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  await lab.showPanel();
  await expect(lab.panel).toContainText(alice.username);
  await lab.run(2);
  await expect(lab.output(2)).toContainText('Sign-in to Azure: open this notebook in JupyterLab');
  await lab.signOut();
});
