import { WHOSE } from './cells';
import { whileCollaborating } from './collaborative';
import { userOf } from './fixtures';
import type { Jupyter } from './jupyter';
import { authenticate, Lab } from './lab';
import { expect, test as base } from './localhost-fixtures';

const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) => whileCollaborating(azure, use),
    { scope: 'worker', timeout: 180_000 }
  ]
});

/** Asks until the token is renewed, which is due after a fifth of its life. */
const RENEWED = `
import threading
first = held()
while (newer := held()) == first:
    threading.Event().wait(0.2)
print("renewed as", account_of(newer))
`;

const CELLS = [WHOSE, 'whose()', '%load_ext jupyter_azure_auth\n%azure_status', RENEWED];

// Situation: server with jupyter-collaboration and one token | Bob runs a cell, Alice is signed in
// with `loopback` in her browser | first token | Bob's, once he has signed in and allowed it; both
// pages say so | Bob signs in
// Situation: server with jupyter-collaboration | the token that Bob gave is due, in a cell that
// Alice runs | renewal | Bob's page renews it; no user is asked | none needed
// Reach: JupyterLab | jupyter-collaboration, one token for all | `loopback` | each browser has its own sign-in, and pages say which account a kernel acts as
test('two users of one notebook know which account it acts as', async ({
  lab,
  jupyter,
  azure,
  alice,
  browser,
  configure
}) => {
  await configure({ accessTokenSeconds: 60 });
  const bob = userOf(azure, 'bob');
  const path = await jupyter.write('shared.ipynb', CELLS);
  await lab.open(path);
  await lab.signIn(alice);
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const other = new Lab(await context.newPage(), jupyter, 'of-bob');
  await other.open(path);

  await test.step("Alice's sign-in is not offered to Bob, who is asked for his own", async () => {
    await other.run(0);
    await other.run(1);
    await other.showPanel();
    await expect(other.panel).toContainText('shared.ipynb is waiting');
    await expect(other.panel).not.toContainText(alice.username);
    await expect(lab.output(1)).toContainText(/Waiting for Anonymous \w+ to sign in/);
    await expect(lab.panel).not.toContainText('is waiting');
    await authenticate(await other.askToSignIn(), bob);
    await expect(other.panel).toContainText('Everyone who uses this kernel can act as you.');
    await expect(lab.output(1)).toContainText(/Waiting for Anonymous \w+ to agree/);
    await other.button('Allow').click();
    for (const page of [lab, other]) {
      await expect(page.output(1)).toHaveText(bob.username);
    }
  });

  await test.step('Alice knows which account her cells act as', async () => {
    await expect(lab.panel).toContainText(`shared.ipynb acts as ${bob.username}.`);
    await expect(lab.panel.getByText(alice.username)).toBeVisible();
    await lab.run(2);
    await expect(lab.output(2)).toContainText(`This kernel acts as ${bob.username}`);
    await expect(lab.output(2)).not.toContainText(alice.username);
  });

  await test.step('Bob renews it, and no user is asked', async () => {
    await lab.run(3);
    await expect(lab.output(3)).toHaveText(`renewed as ${bob.username}`, { timeout: 120_000 });
    await expect(lab.panel).not.toContainText('is waiting');
    await expect(other.panel).not.toContainText('acts as');
  });

  await test.step('until he signs out', async () => {
    await other.signOut();
    await expect(lab.panel).not.toContainText('acts as');
    await expect(lab.panel.getByText(alice.username)).toBeVisible();
  });
  await context.close();
});
