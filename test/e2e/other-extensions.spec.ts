import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { buildExample, EXAMPLE_COMMAND } from './example-extension';
import { Jupyter, writeSettings } from './jupyter';
import { authenticate } from './lab';
import { environmentFor, expect, test as base, traitsFor } from './fixtures';

const OURS = fileURLToPath(new URL('../../jupyter_azure_auth/labextension', import.meta.url));

/**
 * A JupyterLab with our extension and the one of the docs: ipywidgets is only in the kernel's
 * environment. The example's command is a button of the notebook.
 */
const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    async ({ azure }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'jupyter-azure-auth-'));
      const extensions = join(folder, 'labextensions');
      await mkdir(extensions);
      await symlink(OURS, join(extensions, 'jupyter-azure-auth'));
      await buildExample(join(extensions, 'my-extension'));
      const toolbar = [{ name: 'example', command: EXAMPLE_COMMAND }];
      await writeSettings(folder, '@jupyterlab/notebook-extension:panel', { toolbar });
      const traits = { ...traitsFor(azure), LabApp: { labextensions_path: [extensions] } };
      const jupyter = await Jupyter.start(folder, traits, await environmentFor(azure));
      await use(jupyter);
      await jupyter.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
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

test('gives another extension the tokens of the same sign-in', async ({ lab, jupyter, alice }) => {
  const { page } = lab;
  const asked: (string | undefined)[] = [];
  await page.route('https://management.azure.com/**', route => {
    asked.push(route.request().headers()['authorization']);
    return route.fulfill({
      headers: { 'Access-Control-Allow-Origin': '*' },
      json: { value: [{ displayName: 'Research' }] }
    });
  });
  await lab.open(await jupyter.write('example.ipynb', ['']));
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  const signIn = button('Sign in to Azure and list subscriptions');
  await authenticate(await lab.popupOf(() => signIn.click()), alice);
  await expect.poll(() => asked.length).toBe(1);
  expect(claimsOf(asked[0])).toMatchObject({
    aud: 'https://management.azure.com',
    upn: alice.username
  });
  await lab.showPanel();
  await expect(lab.panel).toContainText(alice.username);
  await button(`List subscriptions of ${alice.username}`).click();
  await expect.poll(() => asked.length).toBe(2);
  // The same one: from memory.
  expect(asked[1]).toBe(asked[0]);
});

/** The claims of the token in an `Authorization` header. */
function claimsOf(header = ''): object {
  const [, claims = ''] = header.replace('Bearer ', '').split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
}
