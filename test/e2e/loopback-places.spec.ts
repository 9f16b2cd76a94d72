import { forwardPath, forwardPort } from './forwarding';
import type { Jupyter } from './jupyter';
import { Lab } from './lab';
import { expect, test, whilePlainJupyterRuns } from './localhost-fixtures';

const BASE = '/foo/';
const SHOW = `
from jupyter_azure_auth import JupyterCredential
print(len(JupyterCredential().get_token("https://storage.azure.com/.default").token) > 100)
`;

test.use({
  jupyter: [
    ({ azure }, use) => whilePlainJupyterRuns(azure, BASE, use),
    { scope: 'worker', timeout: 180_000 }
  ]
});

/** The same JupyterLab, reached through another port or by another name. */
function through({ url, token }: Jupyter, change: Partial<Pick<URL, 'port' | 'hostname'>>) {
  return { token, url: Object.assign(new URL(url), change).href };
}

function portOf({ url }: Jupyter): number {
  return Number(new URL(url).port);
}

test('signs in below a base URL', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('base-url.ipynb', [SHOW]));
  await lab.signIn(alice);
  await lab.run(0);
  await expect(lab.output(0)).toHaveText('True');
});

test('signs in through a forwarded port', async ({ page, jupyter, alice }) => {
  const forwarding = await forwardPort(portOf(jupyter));
  try {
    const lab = new Lab(page, through(jupyter, { port: String(forwarding.port) }), 'forwarded');
    await lab.open(await jupyter.write('forwarded.ipynb', [SHOW]));
    await lab.signIn(alice);
    await lab.run(0);
    await expect(lab.output(0)).toHaveText('True');
  } finally {
    await forwarding.stop();
  }
});

test('says why it cannot, where a proxy keeps the root to itself', async ({ page, jupyter }) => {
  const proxy = await forwardPath(portOf(jupyter), BASE);
  try {
    const lab = new Lab(page, through(jupyter, { port: String(proxy.port) }), 'behind-proxy');
    await lab.open(await jupyter.write('behind-proxy.ipynb', [SHOW]));
    await lab.showPanel();
    await expect(lab.panel).toContainText(
      'Something other than Jupyter is serving the root of this address'
    );
    await expect(lab.button('Sign in')).toBeHidden();
  } finally {
    await proxy.stop();
  }
});

test('leads from 127.0.0.1 to the same page on localhost, where it works', async ({
  page,
  jupyter,
  alice
}) => {
  const lab = new Lab(page, through(jupyter, { hostname: '127.0.0.1' }), 'by-number');
  const path = await jupyter.write('by-number.ipynb', [SHOW]);
  await lab.open(path);
  await lab.showPanel();
  await expect(lab.button('Sign in')).toBeHidden();
  await lab.panel.getByRole('link', { name: 'localhost' }).click();
  // Jupyter has a separate login there, and remembers the page.
  await expect(page).toHaveURL(/^http:\/\/localhost:\d+\/foo\/login\?next=.*by-number\.ipynb$/);
  const byName = new Lab(page, jupyter, 'by-name');
  await byName.open(path);
  await byName.signIn(alice);
});
