import type { Page } from '@playwright/test';
import { WRITE, WRITTEN } from './cells';
import { restartKernel } from './commands';
import { FRONT_END_NAMES, FRONT_ENDS } from './front-ends';
import { save } from './front-end-steps';
import { Lab } from './lab';
import { expect, test } from './localhost-fixtures';
import { expectNoSecrets, PageTraffic } from './server-held-secrets';
import { expectProcessWaits, TERMINAL_CELLS } from './waiting-process';

const CREDENTIAL = `
import base64, json, os, time
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()

def show(resource):
    payload = credential.get_token(f"{resource}/.default").token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "==="))
    print(claims["upn"], claims["aud"])
`;

const STORAGE = 'https://storage.azure.com';
const ARM = 'https://management.azure.com';
const VAULT = 'https://vault.azure.net';
const [TOKEN, MAIN_JOB, SECOND, THIRD, FIRST] = [0, 1, 2, 3, 4];
const CELLS = [CREDENTIAL, WRITE, ...[ARM, VAULT, STORAGE].map(resource => `show("${resource}")`)];

/** What this sign-in makes, and where it has to be. */
const SECRETS = {
  issued: ['accessTokens', 'refreshTokens', 'idTokens', 'codes', 'verifiers', 'states'],
  // What kernels ask for, and the state on its way to the authority.
  answered: ['accessTokens', 'states'],
  posted: ['codes', 'states']
};

// Reach: JupyterLab | localhost | `loopback` | a waiting cell writes and reads a blob; a reloaded
// or reopened tab keeps the sign-in
// Reach: Jupyter Notebook 7 | localhost | `loopback` | a waiting cell writes and reads a blob; a
// reloaded or reopened tab keeps the sign-in
for (const frontEnd of FRONT_END_NAMES) {
  test.describe(frontEnd, () => {
    test.use({ frontEnd });

    test('signs in without any configuration, and leaves no secret anywhere', async ({
      lab,
      jupyter,
      azure,
      alice,
      context,
      configure
    }, { testId }) => {
      const traffic = await PageTraffic.record(context);
      const path = await jupyter.write('localhost.ipynb', CELLS);
      await lab.open(path);

      await test.step('a cell waits, and continues at the second attempt to sign in', async () => {
        await lab.run(TOKEN);
        await lab.run(MAIN_JOB);
        await expect(lab.output(MAIN_JOB)).toContainText('Sign in');
        await configure({ nextAuthorizeError: 'AADSTS50105' });
        await lab.showPanel();
        await lab.askToSignIn();
        await expect(lab.panel).toContainText('AADSTS50105');
        await lab.signIn(alice);
        await expect(lab.output(MAIN_JOB)).toHaveText(WRITTEN);
        await expect(lab.panel).toContainText('for all tabs, until you sign out or Jupyter stops');
      });

      const windows: Page[] = [];
      context.on('page', page => windows.push(page));
      await test.step('a reloaded page needs no click, for a second resource either', async () => {
        await save(lab, jupyter, 'localhost.ipynb', `${WRITTEN}\\n`);
        await lab.reload();
        await lab.ready();
        await lab.showPanel();
        await expect(lab.panel.getByText(alice.username)).toBeVisible();
        await lab.run(SECOND);
        await expect(lab.output(SECOND)).toHaveText(`${alice.username} ${ARM}`);
      });

      await expectNoSecrets({ page: lab.page, jupyter, azure }, traffic, SECRETS);
      await traffic.leaveAnswers();

      await test.step('a tab that is opened after the first was closed needs no click', async () => {
        const again = new FRONT_ENDS[frontEnd](await context.newPage(), jupyter, testId);
        await lab.page.close();
        await again.open(path);
        await again.showPanel();
        await expect(again.panel.getByText(alice.username)).toBeVisible();
        await again.run(THIRD);
        await expect(again.output(THIRD)).toHaveText(`${alice.username} ${VAULT}`);
        expect(windows).toEqual([again.page]);
        await again.signOut();
        await again.run(MAIN_JOB);
        await expect(again.output(MAIN_JOB)).toContainText('Sign in');
      });
    });
  });
}

const UNMODIFIED = `
import os, time
from azure.identity import DefaultAzureCredential
credential = DefaultAzureCredential()
`;

test('lets unmodified code use the sign-in, once the user allows it', async ({
  lab,
  jupyter,
  alice
}) => {
  await lab.open(await jupyter.write('unmodified.ipynb', [UNMODIFIED, WRITE]));
  await lab.signIn(alice);
  const offer = lab.panel.getByRole('group', { name: 'Other programs' });
  await expect(offer.getByRole('button', { name: 'Not now' })).toBeVisible();
  await lab.panel.screenshot({ path: test.info().outputPath('offer.png') });
  await offer.getByRole('button', { name: 'Turn on' }).click();
  const control = lab.panel.getByRole('switch', { name: 'Let other programs use this sign-in' });
  await expect(control).toBeChecked();
  await restartKernel(lab);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(WRITTEN);
  // The panel reads the list every 30 s.
  const others = lab.panel.getByText('Other tokens');
  await expect(lab.panel.getByText('Programs', { exact: true })).toBeAttached({ timeout: 90_000 });
  await others.click();
  const programs = lab.panel.getByRole('listitem').filter({ hasText: /^Programs/ });
  await expect(programs).toContainText(/Storage.*, expires in/);
  await lab.panel.screenshot({ path: test.info().outputPath('switch.png') });
  await control.click();
  await expect(control).not.toBeChecked();
  // No sign-out ends a token that a program holds.
  await lab.button('Sign out').click();
  await expect(lab.button('Sign in')).toBeVisible();
  await expect(programs).toContainText(/Storage.*, expires in/);
  await lab.panel.screenshot({ path: test.info().outputPath('signed-out.png') });
});

test('is one sign-in for every tab and browser of the server, and ends in all of them', async ({
  lab,
  jupyter,
  alice,
  context,
  browser
}) => {
  await lab.open(await jupyter.write('localhost-first.ipynb', CELLS));
  await lab.signIn(alice);
  const elsewhere = await browser.newContext({ ignoreHTTPSErrors: true });
  const tab = new Lab(await context.newPage(), jupyter, 'localhost-tab');
  const other = new Lab(await elsewhere.newPage(), jupyter, 'localhost-browser');
  await lab.reload();
  await tab.open(await jupyter.write('localhost-second.ipynb', CELLS));
  await other.open(await jupyter.write('localhost-third.ipynb', CELLS));
  for (const one of [lab, tab, other]) {
    await one.page.bringToFront();
    await one.showPanel();
    await expect(one.panel.getByText(alice.username)).toBeVisible();
    await one.run(TOKEN);
    await one.run(FIRST);
    await expect(one.output(FIRST)).toHaveText(`${alice.username} ${STORAGE}`);
  }
  await lab.page.bringToFront();
  await lab.signOut();
  for (const one of [lab, tab]) {
    await one.page.bringToFront();
    await expect(one.button('Sign in')).toBeVisible();
    await one.run(FIRST);
    await expect(one.output(FIRST)).toContainText('Sign in');
  }
  // Another browser and its kernels notice the sign-out by themselves, and a new sign-in likewise.
  await expect(other.button('Sign in')).toBeVisible();
  await other.run(FIRST);
  await expect(other.output(FIRST)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(other.panel.getByText(alice.username)).toBeVisible();
  await expect(other.output(FIRST)).toHaveText(`${alice.username} ${STORAGE}`);
  await elsewhere.close();
});

test('a process waits for a sign-in, which the server holds', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('processes.ipynb', TERMINAL_CELLS));
  await expectProcessWaits(lab, alice);
});
