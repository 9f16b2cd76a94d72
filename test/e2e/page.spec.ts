import type { Jupyter } from './jupyter';
import { Lab } from './lab';
import { expect, test as base, whilePlainJupyterRuns } from './localhost-fixtures';
import { ServerTerminal } from './server-terminal';
import { SCRIPT } from './waiting-process';

/** A server with an app registration: its pages hold the sign-in themselves. */
const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) =>
      whilePlainJupyterRuns(azure, '/', use, { AzureAuth: { client_id: azure.clientId } }),
    { scope: 'worker', timeout: 180_000 }
  ]
});

const WAITS = 'A terminal is waiting for a token for Storage.';

// Situation: two pages of a user ask for the sign-in of a process | answered in one of them | both
// pages | neither still asks | nothing to do
// Reach: page at `azure-auth/` | localhost, with an app registration | `popup` | a terminal gets a
// token; a second page uses the same sign-in, and shows no prompt that the first has answered
test('two pages without a front end share a sign-in and their prompts', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  const refused: string[] = [];
  context.on(
    'console',
    message => /Content.Security/.test(message.text()) && refused.push(message.text())
  );
  const other = new Lab(await context.newPage(), jupyter, 'other');
  for (const { page, panel } of [lab, other]) {
    await page.goto(`${jupyter.url}azure-auth/?token=${jupyter.token}`);
    await expect(panel).toContainText('Sign in');
  }
  await jupyter.writeFile('script.py', SCRIPT);
  const terminal = new ServerTerminal(lab.page, jupyter);

  const first = await terminal.runScript('script.py', 'first.txt');
  for (const { panel } of [lab, other]) {
    await expect(panel).toContainText(WAITS);
  }
  await lab.signIn(alice);
  await expect.poll(first).toBe('GOT A TOKEN');
  for (const { panel } of [lab, other]) {
    await expect(panel.getByText(alice.username)).toBeVisible();
    await expect(panel).not.toContainText('is waiting');
  }
  await expect(other.panel).toContainText('Signed in from another tab. Keep that tab open.');

  await lab.page.reload();
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  const second = await terminal.runScript('script.py', 'second.txt');
  await expect.poll(second).toBe('GOT A TOKEN');

  await lab.signOut();
  await expect(other.button('Sign in')).toBeVisible();
  const third = await terminal.runScript('script.py', 'third.txt');
  for (const { panel } of [lab, other]) {
    await expect(panel).toContainText(WAITS);
  }
  await other.button('Not now').click();
  for (const { panel } of [lab, other]) {
    await expect(panel).not.toContainText('is waiting');
  }
  await expect.poll(third).toContain('so this process got no token');
  expect(refused).toEqual([]);
});
