import type { Page } from '@playwright/test';
import { readFile, writeFile } from 'node:fs/promises';
import { WHOSE } from './cells';
import { type LocalAzure, userOf, whileAzureRuns } from './fixtures';
import { SHORT_LIFE } from './front-end-steps';
import { type Hub, REDIRECT, whileHubRuns } from './hub';
import { answerCode, Lab, takeCode } from './lab';
import { expect, test as base } from './localhost-fixtures';
import { Notebook } from './notebook';

const test = base.extend<{ hub: Hub }, { azure: LocalAzure }>({
  azure: [({}, use) => whileAzureRuns(use, [REDIRECT]), { scope: 'worker' }],

  // There is no other server.
  leftClean: async ({ azure }, use) => {
    await use();
    expect(azure.realHost.refused()).toEqual([]);
  },

  hub: [({ azure }, use) => whileHubRuns(azure, use), { timeout: 300_000 }]
});

const RENEWED_WITHOUT_PAGE = `
import threading
from pathlib import Path
first = held()
Path("began").write_text("")
while not Path("closed").exists() or held() == first:
    threading.Event().wait(0.2)
Path("renewed").write_text(account_of(held()))
`;

/** Its token is not in the kernel yet, however long that of `whose()` lives. */
const FIRST_OF_RESOURCE = `
print(account_of(credential.get_token("https://management.azure.com/.default").token))
`;

// Situation: JupyterHub | Bob opens Alice's server by `access:servers`, her tab is closed, and the
// server holds her sign-in | first token | Bob's, once he has signed in | Bob signs in
// Situation: server on a real JupyterHub | the Hub stops and starts it | sign-in | none: the
// panel
// offers **Sign in** | the user signs in again
// Reach: Jupyter Notebook 7 | JupyterHub, one redirect URI for all users | `popup` | a cell acts as its user; a second notebook uses the sign-in of the first one
// Reach: JupyterLab | JupyterHub | `device-code` | renewed by the user's server after the tab is closed
// Reach: JupyterLab | JupyterHub, one redirect URI for all users, another user's server (`access:servers`) | `popup` | a cell acts as the visitor who runs it
test('keeps two users of a JupyterHub apart', async ({ hub, browser, azure, configure }) => {
  await configure({ ...SHORT_LIFE, deviceCodeIntervalSeconds: 1 });
  const [alice, bob] = [userOf(azure, 'alice'), userOf(azure, 'bob')];
  const cells = [WHOSE, 'whose()', RENEWED_WITHOUT_PAGE, FIRST_OF_RESOURCE];
  await hub.addUser('alice');
  const [ofAlice, ofBob] = (await Promise.all(
    ['alice', 'bob'].map(async user => {
      await hub.write(user, `of-${user}.ipynb`, cells);
      await hub.startServer(user);
      return hub.openBrowser(browser, user, user === 'bob' ? 'Jupyter Notebook 7' : 'JupyterLab');
    })
  )) as [Lab, Lab];

  await test.step('both at once, one with a code and one in a window', async () => {
    await Promise.all(
      [ofAlice, ofBob].map(async (lab, index) => {
        await lab.open(index === 0 ? 'of-alice.ipynb' : 'of-bob.ipynb');
        await lab.run(0);
        await lab.run(1);
      })
    );
    await ofAlice.showPanel();
    await ofAlice.panel.getByText('Other ways to sign in').click();
    await answerCode(await takeCode(ofAlice), alice, 'Continue');
    await ofBob.signIn(bob);
    await expect(ofAlice.output(1)).toHaveText(alice.username);
    await expect(ofBob.output(1)).toHaveText(bob.username);
  });

  await test.step("Bob's second notebook has his sign-in, and Alice's browser does not", async () => {
    const bobs = ofBob.page.context();
    const windows: Page[] = [];
    bobs.on('page', page => windows.push(page));
    const second = new Notebook(await bobs.newPage(), hub.serverOf('bob'), '');
    await second.open(await hub.write('bob', 'second.ipynb', cells));
    await expect(second.item).toHaveText(`◉${bob.username}`);
    await second.run(0);
    await second.run(1);
    await expect(second.output(1)).toHaveText(bob.username);
    await second.showPanel();
    await expect(second.panel).toContainText('Signed in from another tab. Keep that tab open.');
    expect(windows).toEqual([second.page]);
    expect(await statusOfAsking(second.page, hub.serverOf('bob').url)).toBe(200);
    expect(await statusOfAsking(ofAlice.page, hub.serverOf('bob').url)).toBe(403);
  });

  await test.step("Alice's cell continues after her tab is closed", async () => {
    await ofAlice.run(2);
    const read = (name: string) => readFile(hub.path('alice', name), 'utf8').catch(() => null);
    await expect.poll(() => read('began')).toBe('');
    await ofAlice.page.close();
    await writeFile(hub.path('alice', 'closed'), '');
    await expect.poll(() => read('renewed'), { timeout: 120_000 }).toBe(alice.username);
  });

  const visit = new Lab(await ofBob.page.context().newPage(), hub.serverOf('alice'), 'visit');
  await test.step("Bob on Alice's server is never given her token", async () => {
    await hub.write('alice', 'visited.ipynb', cells);
    await visit.page.goto(`${hub.serverOf('alice').url}lab`);
    await visit.page.getByRole('button', { name: 'Authorize' }).click();
    await visit.open('visited.ipynb');
    await visit.run(0);
    await visit.run(1);
    await visit.showPanel();
    await expect(visit.panel).toContainText('visited.ipynb is waiting');
    // Nor does this page have the sign-in of his own tabs, which are in the same browser.
    for (const user of [alice, bob]) {
      await expect(visit.panel).not.toContainText(user.username);
    }
    await visit.signIn(bob);
    await visit.button('Allow').click();
    await expect(visit.output(1)).toHaveText(bob.username);
  });

  await test.step('Alice is never given his, when she comes back', async () => {
    const again = new Lab(await ofAlice.page.context().newPage(), hub.serverOf('alice'), 'again');
    await again.open('of-alice.ipynb');
    await again.showPanel();
    await expect(again.panel.getByText(alice.username)).toBeVisible();
    await expect(again.panel).not.toContainText(bob.username);
    await again.run(3);
    // Bob has opened her server: he could run code in her kernel, too.
    await again.button('Allow').click();
    await expect(again.output(3)).toHaveText(alice.username);
    await hub.stopServer('alice');
    await hub.startServer('alice');
    await again.reload();
    await again.showPanel();
    await expect(again.button('Sign in')).toBeVisible();
    await expect(again.panel).not.toContainText(alice.username);
  });
  await Promise.all([ofAlice, ofBob].map(lab => lab.page.context().close()));
});

/** Return what a server answers if a page asks the tabs of its user for their sign-in. */
function statusOfAsking(page: Page, url: string): Promise<number> {
  return page.evaluate(async server => {
    const xsrf = /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1] ?? '';
    const headers = { 'Content-Type': 'application/json', 'X-XSRFToken': xsrf };
    const request = { method: 'POST', headers, body: '{}' };
    return (await fetch(`${server}azure-auth/tabs/ask`, request)).status;
  }, url);
}
