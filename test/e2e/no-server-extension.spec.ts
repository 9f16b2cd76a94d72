import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import { expect, test as base, whileJupyterRuns } from './fixtures';
import { type Jupyter, writeSettings } from './jupyter';

/** The package is installed where the page comes from, and not enabled in the server. */
const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) => {
      const { clientId, authority, authorityMetadata } = azure;
      const chosen = { clientId, authority, authorityMetadata };
      const enabled = { jupyter_azure_auth: false };
      return whileJupyterRuns(
        azure,
        use,
        folder => writeSettings(folder, 'jupyter-azure-auth:session', chosen),
        { ServerApp: { jpserver_extensions: enabled } }
      );
    },
    { scope: 'worker', timeout: 180_000 }
  ]
});

// Situation: server without the server extension | the user's settings name a client ID | first
// token | the user's, as with the extension | sign in
// Reach: JupyterLab | a server without the server extension | `popup`, by the user's settings | a
// waiting cell writes and reads a blob; a reloaded tab keeps the sign-in
test('signs in by the user settings', async ({ lab, jupyter, alice }) => {
  const headers = { Authorization: `token ${jupyter.token}` };
  const none = await fetch(`${jupyter.url}azure-auth/config`, { method: 'POST', headers });
  expect([404, 405]).toContain(none.status);

  await lab.open(await jupyter.write('no-extension.ipynb', [CREDENTIAL, WRITE]));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText(WRITTEN);
  await expect(lab.panel.locator('.jp-AzurePanel-notice')).toHaveCount(0);

  await lab.reload();
  await lab.ready();
  await lab.showPanel();
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(WRITTEN);
});
