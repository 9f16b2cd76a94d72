import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WHOSE } from './cells';
import { Jupyter } from './jupyter';
import { authenticate, Lab } from './lab';
import { environmentFor, expect, test as base, traitsFor, userOf } from './fixtures';

const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    async ({ azure }, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'told-apart-'));
      const provider = { identity_provider_class: 'distinct_users.DistinctUsers' };
      const jupyter = await Jupyter.start(
        folder,
        { ...traitsFor(azure), ServerApp: provider },
        {
          ...(await environmentFor(azure)),
          PYTHONPATH: join(dirname(fileURLToPath(import.meta.url)), 'users')
        }
      );
      await use(jupyter);
      await jupyter.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
    { scope: 'worker', timeout: 180_000 }
  ]
});

// Situation: server with distinct users | Bob runs a cell in Alice's notebook, while she is signed
// in and he is not | first token | Bob's, once he has signed in and allowed it; Alice is not
// prompted | Bob signs in
// Reach: JupyterLab | a server with several users | `popup` | each cell acts as the user who runs it
test("asks the user that runs a cell, in another user's notebook too", async ({
  lab,
  jupyter,
  azure,
  alice,
  browser
}) => {
  const bob = userOf(azure, 'bob');
  const path = await jupyter.write('of-alice.ipynb', [WHOSE, 'whose()']);
  const cookie = { name: 'person', url: jupyter.url };
  await lab.page.context().addCookies([{ ...cookie, value: 'alice' }]);
  await lab.open(path);
  await lab.signIn(alice);
  await lab.run(0);

  const context = await browser.newContext();
  await context.addCookies([{ ...cookie, value: 'bob' }]);
  const other = new Lab(await context.newPage(), jupyter, 'bob');
  await other.open(path);
  await other.run(1);
  await other.showPanel();
  await expect(other.panel).toContainText('of-alice.ipynb is waiting');
  const popup = await other.askToSignIn();
  await authenticate(popup, bob);
  await other.button('Allow').click();
  await expect(other.output(1)).toHaveText(bob.username);
  await expect(lab.panel).not.toContainText('is waiting');
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await context.close();
});
