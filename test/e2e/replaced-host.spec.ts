import type { IncomingHttpHeaders } from 'node:http';
import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import { expect, test as base, whileJupyterRuns } from './fixtures';
import { forwardPath, type IForwarding } from './forwarding';
import type { Jupyter } from './jupyter';
import { Lab } from './lab';

/** As an administrator allows the proxy's address, without which no notebook has a kernel. */
const ALLOWED = { ServerApp: { allow_origin_pat: 'http://localhost:[0-9]+' } };

const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) => whileJupyterRuns(azure, use, undefined, ALLOWED),
    { scope: 'worker', timeout: 180_000 }
  ]
});

const CELLS = [CREDENTIAL, WRITE];

/** @param change - What the proxy does to the headers besides. */
async function behindProxy(
  { url, token }: Jupyter,
  change: (headers: IncomingHttpHeaders) => IncomingHttpHeaders = headers => headers
): Promise<{ proxy: IForwarding; address: { url: string; token: string } }> {
  const target = Number(new URL(url).port);
  const proxy = await forwardPath(target, '/', headers => ({
    ...change(headers),
    host: `127.0.0.1:${target}`
  }));
  return { proxy, address: { url: `http://localhost:${proxy.port}/`, token } };
}

// Reach: JupyterLab | a proxy that replaces `Host`, on https or localhost | `popup` | a waiting
// cell writes and reads a blob
test('signs in behind a proxy that replaces Host', async ({ page, jupyter, alice }) => {
  const { proxy, address } = await behindProxy(jupyter);
  try {
    const lab = new Lab(page, address, 'replaced-host');
    await lab.open(await jupyter.write('replaced-host.ipynb', CELLS));
    await lab.run(0);
    await lab.run(1);
    await expect(lab.output(1)).toContainText('Sign in');
    await lab.signIn(alice);
    await expect(lab.output(1)).toHaveText(WRITTEN);
  } finally {
    await proxy.stop();
  }
});

// Situation: proxy that replaces Host | the page is on http, so that the browser does not say which
// page asks | first token | none: `foreign_origin`, in the panel and in the cell | have the proxy
// keep Host, or use https
// Reach: JupyterLab | a proxy that replaces `Host`, on http | any | the panel says that the proxy
// must keep the header
test('shows what the server says to a page that it does not accept', async ({ page, jupyter }) => {
  // Browsers send these headers to https and localhost only.
  const { proxy, address } = await behindProxy(jupyter, headers =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('sec-fetch-')))
  );
  try {
    const lab = new Lab(page, address, 'no-fetch-metadata');
    await lab.open(await jupyter.write('no-fetch-metadata.ipynb', CELLS));
    await lab.showPanel();
    const said = 'The Jupyter server does not accept the address of this page';
    await expect(lab.panel).toContainText(`${said} (foreign_origin).`);
    await expect(lab.panel).toContainText('configure the reverse proxy to keep the Host header');
    await lab.run(0);
    await lab.run(1);
    await expect(lab.output(1)).toContainText(said);
    await expect(lab.panel).not.toContainText('did not respond');
  } finally {
    await proxy.stop();
  }
});
