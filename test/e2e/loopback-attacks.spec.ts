import type { BrowserContext, Page } from '@playwright/test';
import { request } from 'node:http';
import type { Jupyter } from './jupyter';
import { authenticate, type IUser, type Lab } from './lab';
import { expect, test } from './localhost-fixtures';
import { type LocalAzure, userOf } from './fixtures';

const WARNING = 'Never send the address of this page to anyone';

test.beforeEach(async ({ lab, jupyter, azure }) => {
  await fetch(`${azure.controlUrl}/log`, { method: 'DELETE' });
  await lab.open(await jupyter.write('loopback-attacks.ipynb', ['']));
  await lab.showPanel();
});

test('redeems a code only from a form that the browser posts here, and once', async ({
  lab,
  jupyter,
  azure,
  alice,
  context,
  browser
}) => {
  const answer = await heldAnswer(lab, jupyter, alice);

  await test.step('not from an address', async () => {
    const stranger = await browser.newContext({ ignoreHTTPSErrors: true });
    for (const page of [await context.newPage(), await stranger.newPage()]) {
      const response = await page.goto(`${jupyter.url}?${answer}`);
      expect(response?.status()).toBe(400);
      await expect(page.locator('body')).toContainText(WARNING);
      expect(page.url()).toContain(new URL(jupyter.url).host);
    }
    await stranger.close();
    expect(await jupyter.log()).not.toContain(answer.get('code'));
  });

  await test.step('not under another name', async () => {
    for (const host of ['evil.test', '127.0.0.1', 'localhost.evil.test']) {
      const { port } = new URL(jupyter.url);
      expect((await post(jupyter, String(answer), `${host}:${port}`)).status).toBe(403);
    }
  });
  expect(await redemptions(azure)).toBe(0);
  await expect(lab.panel).not.toContainText(alice.username);

  await test.step('once', async () => {
    await lab.reload();
    const posted = context.waitForEvent(
      'request',
      sent => sent.method() === 'POST' && hasCode(sent.postData())
    );
    await lab.signIn(alice);
    const again = await post(jupyter, (await posted).postData() ?? '');
    expect(again.status).toBe(400);
    expect(again.text).toContain(WARNING);
    expect(await redemptions(azure)).toBe(1);
  });
});

test('does not let another user finish a sign-in', async ({
  lab,
  jupyter,
  azure,
  alice,
  browser
}) => {
  const popup = await lab.askToSignIn();
  await popup.getByLabel('User name').waitFor();
  const colleague = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await letIn(colleague, jupyter);
  await page.goto(popup.url());
  await authenticate(page, userOf(azure, 'bob'));
  await expect(page.locator('body')).toContainText('was not started in this browser');
  await colleague.close();
  expect(await redemptions(azure)).toBe(0);
  // The address no longer works for Alice either, although she began the sign-in.
  await authenticate(popup, alice);
  await expect(popup.locator('body')).toContainText(WARNING);
  expect(await redemptions(azure)).toBe(0);
  await lab.reload();
  await lab.signIn(alice);
});

/** Sign in up to the authorization response, which the network loses. */
async function heldAnswer(lab: Lab, { url }: Jupyter, user: IUser): Promise<URLSearchParams> {
  const context = lab.page.context();
  const popup = await lab.askToSignIn();
  await popup.getByLabel('User name').waitFor();
  await context.route(url, route =>
    hasCode(route.request().postData()) ? route.abort() : route.continue()
  );
  const lost = context.waitForEvent('requestfailed', sent => hasCode(sent.postData()));
  await authenticate(popup, user);
  const body = (await lost).postData() ?? '';
  await context.unroute(url);
  return new URLSearchParams(body);
}

function hasCode(body: string | null): boolean {
  return new URLSearchParams(body ?? '').has('code');
}

/** Another user of this Jupyter, in their own browser. */
async function letIn(context: BrowserContext, { url, token }: Jupyter): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}lab?token=${token}`);
  await page.locator('#azure-auth-panel, .jp-SideBar').first().waitFor();
  return page;
}

/** Number of attempts to redeem a code. */
async function redemptions({ controlUrl }: LocalAzure): Promise<number> {
  const log = (await (await fetch(`${controlUrl}/log`)).json()) as { grantType?: string }[];
  return log.filter(({ grantType }) => grantType === 'authorization_code').length;
}

/** Post an authorization response as any program can; `fetch` does not let us choose the host. */
function post(
  { url }: Jupyter,
  body: string,
  host = new URL(url).host
): Promise<{ status: number | undefined; text: string }> {
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    // One connection each: the server closes a connection on which it has refused.
    const sent = request(url, { method: 'POST', headers, agent: false }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode, text }));
    });
    sent.once('error', reject).end(body);
  });
}
