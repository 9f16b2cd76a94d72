import type { Locator } from '@playwright/test';
import { runCommand } from './commands';
import { userOf } from './fixtures';
import type { Jupyter } from './jupyter';
import { authenticate, Lab } from './lab';
import { expect, test } from './localhost-fixtures';

/** Show the account of a token, not the token: in the kernel, and in a process without a page. */
const CREDENTIAL = `
import base64, json, subprocess, sys
from jupyter_azure_auth import JupyterCredential

def whose(credential):
    payload = credential.get_token("https://storage.azure.com/.default").token.split(".")[1]
    print(json.loads(base64.urlsafe_b64decode(payload + "==="))["upn"])

credential = JupyterCredential()
process = f"""
import sys
{In[-1].partition("credential = ")[0]}
for account in sys.argv[1:]:
    whose(JupyterCredential(account=account or None))
"""

def in_process(*accounts):
    arguments = [sys.executable, "-c", process, *accounts]
    print(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout)
`;

const STORAGE = { scopes: ['https://storage.azure.com/.default'] };
const [SETUP, CELL, PROCESS] = [0, 1, 2];

test('keeps several accounts at the server, and switches with one click', async ({
  lab,
  jupyter,
  azure,
  alice,
  context
}) => {
  const bob = userOf(azure, 'bob');
  const accounts = ['', alice.username, bob.username];
  const cells = [CREDENTIAL, 'whose(credential)', `in_process(*${JSON.stringify(accounts)})`];
  const path = await jupyter.write('accounts.ipynb', cells);
  await lab.open(path);
  const runAs = async (username: string): Promise<void> => {
    await lab.run(CELL);
    await expect(lab.output(CELL)).toHaveText(username);
  };
  const active = lab.panel.locator('.jp-AzurePanel-username');

  await lab.signIn(alice);
  await lab.run(SETUP);
  await runAs(alice.username);

  await test.step('a second account becomes active, and the first one is kept', async () => {
    await lab.panel.getByText('Accounts and directories').click();
    const popup = await lab.popupOf(() => lab.button('Add another account').click());
    await authenticate(popup, bob);
    await expect(active).toHaveText(bob.username);
    await expect(lab.button(`Switch to ${alice.username}`)).toBeVisible();
    await runAs(bob.username);
  });

  await test.step('one click switches back, without a window', async () => {
    let windows = 0;
    context.on('page', () => windows++);
    await lab.button(`Switch to ${alice.username}`).click();
    await expect(active).toHaveText(alice.username);
    await runAs(alice.username);
    await expect(lab.button(`Switch to ${bob.username}`)).toBeVisible();
    expect(windows).toBe(0);
  });

  await test.step('a process gets the active account, or the one that it names', async () => {
    await lab.run(PROCESS);
    const issued = [alice.username, alice.username, bob.username];
    await expect(lab.output(PROCESS)).toHaveText(issued.join('\n'));
  });

  await test.step('every tab answers a kernel as the account that it always uses', async () => {
    const other = new Lab(await context.newPage(), jupyter, 'other-tab');
    await other.open(path);
    const choiceIn = ({ panel }: Lab): Locator =>
      panel.getByLabel('Account that accounts.ipynb always uses');
    await choiceIn(lab).selectOption(bob.username);
    await other.run(CELL);
    await expect(other.output(CELL)).toHaveText(bob.username);
    await other.showPanel();
    await choiceIn(other).selectOption('the active account');
    await other.page.close();
    await runAs(alice.username);
  });

  await test.step('an account can be signed out alone', async () => {
    await lab.button(`Sign out of ${bob.username}`).click();
    await expect(lab.button(`Switch to ${bob.username}`)).toBeHidden();
    expect((await ask(jupyter, 'token', { ...STORAGE, account: bob.username })).status).toBe(401);
    expect((await ask(jupyter, 'token', { ...STORAGE, account: alice.username })).status).toBe(200);
    const popup = await lab.popupOf(() => lab.button('Add another account').click());
    await authenticate(popup, bob);
    await expect(active).toHaveText(bob.username);
    await lab.button(`Switch to ${alice.username}`).click();
    await expect(active).toHaveText(alice.username);
  });

  await test.step('can be read, light and dark', async () => {
    for (const [theme, isLight] of [
      ['Dark', 'false'],
      ['Light', 'true']
    ] as const) {
      await runCommand(lab, `Use Theme: JupyterLab ${theme}`);
      await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', isLight);
      await expect(lab.page.locator('#jupyterlab-splash')).toBeHidden();
      await lab.panel.screenshot({ path: test.info().outputPath(`${theme}.png`) });
    }
  });

  await test.step('a sign-out ends both', async () => {
    await lab.signOut();
    await expect(lab.panel).not.toContainText(bob.username);
    for (const { username } of [alice, bob]) {
      const answer = await ask(jupyter, 'token', { ...STORAGE, account: username });
      expect([answer.status, await answer.json()]).toEqual([
        401,
        expect.objectContaining({ code: 'sign_in_required' })
      ]);
    }
    await lab.run(CELL);
    await expect(lab.output(CELL)).toContainText('Sign in');
  });
});

function ask({ url, token }: Jupyter, route: string, fields: object): Promise<Response> {
  return fetch(`${url}azure-auth/${route}`, {
    method: 'POST',
    headers: { Authorization: `token ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(fields)
  });
}
