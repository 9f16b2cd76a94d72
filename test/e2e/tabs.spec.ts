import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { WHOSE } from './cells';
import { openBeside, runCommand, tabOf } from './commands';
import { authenticate, Lab } from './lab';
import { expect, test, userOf } from './fixtures';

const CELLS = [WHOSE, 'whose()', 'whose()'];

/** Under a cell that waits for its user. */
const WAITS = 'Sign in to continue. The cell resumes automatically.';

test('lets two tabs be signed in as two users', async ({ lab, jupyter, azure, alice, context }) => {
  const bob = userOf(azure, 'bob');
  const other = new Lab(await context.newPage(), jupyter, 'two-people');
  await lab.open(await jupyter.write('alice.ipynb', CELLS));
  await other.open(await jupyter.write('bob.ipynb', CELLS));
  await lab.signIn(alice);
  await other.showPanel();
  await expect(other.panel).toContainText('Signed in from another tab.');
  await expect(other.panel.getByText(alice.username)).toBeVisible();
  // A tab that has a sign-in of its own uses no other.
  await other.panel.getByText('Accounts and directories').click();
  const signIn = other.button('Sign in as someone else');
  await authenticate(await other.popupOf(() => signIn.click()), bob);
  await expect(other.panel.getByText(bob.username)).toBeVisible();
  for (const [tab, user] of [
    [lab, alice],
    [other, bob]
  ] as const) {
    await tab.page.bringToFront();
    await tab.run(0);
    await tab.run(1);
    await expect(tab.output(1)).toHaveText(user.username);
  }
  // It does not act as the user of the other tab by that.
  await other.signOut();
  await lab.page.bringToFront();
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(alice.username);
});

test('signs out every tab and every kernel', async ({ lab, jupyter, alice, context }) => {
  const other = new Lab(await context.newPage(), jupyter, 'signed-out');
  await lab.open(await jupyter.write('one.ipynb', CELLS));
  await lab.signIn(alice);
  const closed = await jupyter.write('closed.ipynb', CELLS);
  await other.open(await jupyter.write('other.ipynb', CELLS));
  await other.showPanel();
  await expect(other.panel.getByText(alice.username)).toBeVisible();
  for (const tab of [lab, other]) {
    await tab.page.bringToFront();
    await tab.run(0);
    await tab.run(1);
    await expect(tab.output(1)).toHaveText(alice.username);
  }
  await openBeside(other, closed);
  await other.ready();
  await other.run(0);
  await other.run(1);
  await expect(other.output(1)).toHaveText(alice.username);
  await other.page.keyboard.press('Control+s');
  await expect(tabOf(other, 'closed.ipynb')).not.toHaveClass(/jp-mod-dirty/);
  await runCommand(other, 'Close Tab');
  await expect(tabOf(other, 'closed.ipynb')).toHaveCount(0);

  await lab.signOut();
  await other.showPanel();
  await expect(other.button('Sign in')).toBeVisible();
  for (const tab of [lab, other]) {
    await tab.page.bringToFront();
    await tab.run(2);
    await expect(tab.output(2)).toContainText(WAITS);
  }
  await openBeside(other, closed);
  await other.ready();
  await other.run(2);
  await expect(other.output(2)).toContainText(WAITS);
});

test('is not signed in again by a copy of the tab', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('copied.ipynb', ['']));
  await lab.signIn(alice);
  const opened = lab.page.waitForEvent('popup');
  // A copy gets the session storage of its tab, as do a duplicated and a reopened tab.
  await lab.page.evaluate(() => void window.open(`${location.href}?reset`));
  const copy = new Lab(await opened, jupyter, 'copy');
  await copy.page.locator('.jp-Notebook').waitFor();
  await copy.showPanel();
  await expect(copy.panel.getByText(alice.username)).toBeVisible();
  const address = copy.page.url();
  await copy.page.goto('about:blank');
  await lab.page.bringToFront();
  await lab.signOut();

  await copy.page.goto(address);
  await copy.page.locator('.jp-Notebook').waitFor();
  await copy.showPanel();
  await expect(copy.button('Sign in')).toBeVisible();
  await lab.showPanel();
  await expect(lab.button('Sign in')).toBeVisible();
});

/** Writes the file when it has its token. */
const FILE = `
from pathlib import Path
from jupyter_azure_auth import JupyterCredential
JupyterCredential().get_token("https://storage.azure.com/.default")
Path("went-on.txt").write_text("went on")
`;

const ORDERS = [
  { clicked: 'first', reloaded: false },
  { clicked: 'second', reloaded: false },
  { clicked: 'first', reloaded: true },
  { clicked: 'second', reloaded: true }
] as const;

test('continues after a click in either of two tabs, even if the first one was reloaded', async ({
  lab: first,
  jupyter,
  alice,
  context
}) => {
  const path = await jupyter.write('two-tabs.ipynb', [FILE]);
  const second = new Lab(await context.newPage(), jupyter, 'second-tab');
  await first.open(path);
  await second.open(path);
  for (const { clicked, reloaded } of ORDERS) {
    const when = reloaded ? ', the first one reloaded in between' : '';
    await test.step(`a click in the ${clicked} tab${when}`, async () => {
      await rm(jupyter.path('went-on.txt'), { force: true });
      await first.page.bringToFront();
      await first.run(0);
      await expect(first.output(0)).toContainText(WAITS);
      await second.kernelIs('busy');
      if (reloaded) {
        await first.reload();
        await first.kernelIs('busy');
      }
      const tab = clicked === 'first' ? first : second;
      await tab.page.bringToFront();
      await tab.signIn(alice);
      await expect.poll(() => existsSync(jupyter.path('went-on.txt'))).toBe(true);
      await first.kernelIs('idle');
      await second.kernelIs('idle');
      await tab.signOut();
    });
  }
});
