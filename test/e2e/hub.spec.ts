import { readFile, writeFile } from 'node:fs/promises';
import { WHOSE } from './cells';
import { type LocalAzure, userOf, whileAzureRuns } from './fixtures';
import { type Hub, REDIRECT, whileHubRuns } from './hub';
import { answerCode, Lab, takeCode } from './lab';
import { expect, test as base } from './localhost-fixtures';

/** Due for renewal after a fifth of it, by a kernel whose page is closed. */
const SHORT_LIFE = { accessTokenSeconds: 60, deviceCodeIntervalSeconds: 1 };

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

// Situation: JupyterHub | Bob opens Alice's server by `access:servers`, her tab is closed, and the
// server holds her sign-in | first token | Bob's, once he has signed in | Bob signs in
// Situation: server of a real JupyterHub | the Hub stops and starts it | sign-in | none: the panel
// offers **Sign in** | the user signs in again
// Reach: JupyterLab | JupyterHub, one redirect URI for all users | `popup` | each user's cells act as that user
// Reach: JupyterLab | JupyterHub | `device-code` | renewed by the user's server after the tab is closed
// Reach: JupyterLab | JupyterHub, another user's server (`access:servers`) | `popup` | a cell acts as the visitor who runs it
test('keeps two users of a JupyterHub apart', async ({ hub, browser, azure, configure }) => {
  await configure(SHORT_LIFE);
  const [alice, bob] = [userOf(azure, 'alice'), userOf(azure, 'bob')];
  const cells = [WHOSE, 'whose()', RENEWED_WITHOUT_PAGE];
  await hub.addUser('alice');
  const [ofAlice, ofBob] = (await Promise.all(
    ['alice', 'bob'].map(async user => {
      await hub.write(user, `of-${user}.ipynb`, cells);
      await hub.startServer(user);
      return hub.openBrowser(browser, user);
    })
  )) as [Lab, Lab];

  await test.step('both at once, one by a code and one in a window', async () => {
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

  await test.step("Alice's cell goes on after her tab is closed", async () => {
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
    await expect(visit.panel).not.toContainText(alice.username);
    await visit.signIn(bob);
    await visit.button('Allow').click();
    await expect(visit.output(1)).toHaveText(bob.username);
  });

  await test.step('and she not his, when she comes back', async () => {
    const again = new Lab(await ofAlice.page.context().newPage(), hub.serverOf('alice'), 'again');
    await again.open('of-alice.ipynb');
    await again.showPanel();
    await expect(again.panel.getByText(alice.username)).toBeVisible();
    await expect(again.panel).not.toContainText(bob.username);
    await again.run(1);
    await expect(again.output(1)).toHaveText(alice.username);
    await hub.stopServer('alice');
    await hub.startServer('alice');
    await again.reload();
    await again.showPanel();
    await expect(again.button('Sign in')).toBeVisible();
    await expect(again.panel).not.toContainText(alice.username);
  });
  await Promise.all([ofAlice, ofBob].map(lab => lab.page.context().close()));
});
