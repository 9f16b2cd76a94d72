import { expectAccessible } from './accessible';
import { forwardPath, forwardPort } from './forwarding';
import type { Jupyter } from './jupyter';
import { Lab } from './lab';
import { expect, test, whilePlainJupyterRuns } from './localhost-fixtures';
import { ServerTerminal } from './server-terminal';
import { SCRIPT } from './waiting-process';

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

// Reach: JupyterLab | localhost, below a base URL | `loopback` | a cell gets a token
test('signs in below a base URL', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('base-url.ipynb', [SHOW]));
  await lab.signIn(alice);
  await lab.run(0);
  await expect(lab.output(0)).toHaveText('True');
});

// Reach: JupyterLab | localhost, a forwarded port | `loopback` | a cell gets a token
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

// Reach: JupyterLab | a proxy that serves a path only | `loopback` | the panel says that the root belongs to another program
test('says why it cannot sign in if a proxy serves the root', async ({ page, jupyter }) => {
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

// Reach: JupyterLab | 127.0.0.1 | `loopback` | the panel links to localhost, which works
test('leads from 127.0.0.1 to the same page at localhost, where it works', async ({
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

// Reach: page at `azure-auth/` | localhost, below a base URL | `loopback` | a terminal gets a token, and is refused after a sign-out
test('signs in at the page that needs no front end', async ({
  page,
  lab,
  jupyter,
  alice
}, info) => {
  const refused: string[] = [];
  page.on(
    'console',
    message => /Content.Security/.test(message.text()) && refused.push(message.text())
  );
  await page.goto(`${jupyter.url}azure-auth?token=${jupyter.token}`);
  await expect(page).toHaveURL(/\/foo\/azure-auth\/(\?|$)/);
  await expect(lab.button('Sign in')).toBeVisible();

  await jupyter.writeFile('script.py', SCRIPT);
  const terminal = new ServerTerminal(page, jupyter);
  const first = await terminal.runScript('script.py', 'first.txt');
  await expect(lab.panel).toContainText('A terminal is waiting for a token for Storage.');
  await expectAccessible(page, 'html');
  await page.screenshot({ path: info.outputPath('waiting.png') });

  await lab.signIn(alice);
  await expect.poll(first, { timeout: 60_000 }).toBe('GOT A TOKEN');
  await lab.panel.getByText('Other tokens').click();
  await expect(lab.panel.getByRole('listitem').filter({ hasText: 'Programs' })).toContainText(
    'Storage'
  );
  await lab.button('Check the installation').click();
  await expect(lab.button('Copy report')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, 'html');
    await page.screenshot({ path: info.outputPath(`${colorScheme}.png`), fullPage: true });
  }

  await lab.signOut();
  const second = await terminal.runScript('script.py', 'second.txt');
  await lab.button('Not now').click();
  await expect.poll(second, { timeout: 60_000 }).toContain('so this process got no token');
  expect(refused).toEqual([]);
});
