import { CREDENTIAL, SOME_TOKEN, WRITE, WRITTEN } from './cells';
import { save, writesABlob } from './front-end-steps';
import { FRONT_END_NAMES, FRONT_ENDS } from './front-ends';
import { answerCode, takeCode, typePassword } from './lab';
import { expect, test as base } from './localhost-fixtures';
import { expectNoSecrets, PageTraffic } from './server-held-secrets';

/** What this sign-in makes, and where it has to be. */
const SECRETS = {
  issued: ['accessTokens', 'deviceCodes', 'userCodes', 'refreshTokens'],
  // What kernels ask for, and what the user has to enter.
  answered: ['accessTokens', 'userCodes'],
  posted: []
};

/** The kernel holds no token for it yet. */
const ANOTHER = `
print("token", fingerprint(credential.get_token("https://vault.azure.net/.default")))
`;

/** The page is open at an IP address, where a code is the best method. */
const test = base.extend({
  lab: async ({ page, jupyter, frontEnd, configure }, use, { testId }) => {
    await configure({ deviceCodeIntervalSeconds: 1 });
    await jupyter.beginTest(testId);
    const url = jupyter.url.replace('//localhost', '//127.0.0.1');
    await use(new FRONT_ENDS[frontEnd](page, { url, token: jupyter.token }, testId));
    await jupyter.endKernels();
  }
});

// Reach: JupyterLab | 127.0.0.1 | `device-code` | a waiting cell continues; a reloaded tab keeps
// its sign-in
// Reach: Jupyter Notebook 7 | 127.0.0.1 | `device-code` | a waiting cell continues; a reloaded tab
// keeps its sign-in
for (const frontEnd of FRONT_END_NAMES) {
  test.describe(frontEnd, () => {
    test.use({ frontEnd });

    test('signs in with a code, the waiting cell continues, and no code is left anywhere', async ({
      lab,
      jupyter,
      azure,
      alice,
      context
    }) => {
      const traffic = await PageTraffic.record(context);
      await lab.open(await jupyter.write('by-code.ipynb', [CREDENTIAL, WRITE, ANOTHER]));
      await lab.run(0);
      await lab.run(1);
      await expect(lab.output(1)).toContainText('Sign in');
      const page = await takeCode(lab);
      await expect(lab.panel).toContainText('Use only codes from this panel.');
      await expect(lab.panel).toContainText('The code expires in 14 minutes.');
      await answerCode(page, alice, 'Continue');
      await expect(page.getByText('You have signed in to the Microsoft Azure CLI')).toBeVisible();
      await expect(lab.panel.getByText(alice.username)).toBeVisible();
      await expect(lab.panel).toContainText('for all tabs, until you sign out or Jupyter stops');
      await expect(lab.output(1)).toHaveText(WRITTEN);

      await save(lab, jupyter, 'by-code.ipynb', `${WRITTEN}\\n`);
      await lab.reload();
      await lab.ready();
      await lab.showPanel();
      await expect(lab.panel.getByText(alice.username)).toBeVisible();
      await lab.run(2);
      await expect(lab.output(2)).toHaveText(SOME_TOKEN);
      await writesABlob(lab, 1);

      await expectNoSecrets({ page: lab.page, jupyter, azure }, traffic, SECRETS);
      await traffic.leaveAnswers();
    });
  });
}

test('can be copied, cancelled and started again after each failure', async ({
  lab,
  jupyter,
  alice,
  context,
  configure
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await lab.open(await jupyter.write('code-trouble.ipynb', ['']));
  await lab.showPanel();

  await test.step('the code is copied', async () => {
    await lab.button('Sign in with a code').click();
    const code = await lab.panel.getByRole('code').innerText();
    await lab.button('Copy').click();
    await expect(lab.button('Copied')).toBeVisible();
    expect(await lab.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    await lab.button('Cancel').click();
  });

  await test.step('only the page at Azure reports a policy, and the user cancels', async () => {
    await configure({ nextDeviceError: { number: 'AADSTS530033', appIsTold: false } });
    const page = await takeCode(lab);
    await typePassword(page, alice);
    await expect(page.getByRole('alert')).toContainText('AADSTS530033');
    await expect(lab.panel.getByRole('code')).toBeVisible();
    await lab.button('Cancel').click();
    await expect(lab.button('Sign in with a code')).toBeVisible();
    await expect(lab.panel.getByRole('status')).toContainText('Open JupyterLab at localhost');
  });

  await test.step('the user declines', async () => {
    const page = await takeCode(lab);
    await answerCode(page, alice, 'Cancel');
    await expect(lab.panel).toContainText('The sign-in was cancelled (cancelled).');
  });

  await test.step('a policy forbids codes; the panel says what to do instead', async () => {
    await configure({ nextDeviceError: { number: 'AADSTS53003', appIsTold: true } });
    const page = await takeCode(lab);
    await typePassword(page, alice);
    await expect(page.getByRole('alert')).toContainText('AADSTS53003');
    await expect(lab.panel).toContainText(
      'Your organization does not allow signing in with a code (AADSTS53003).'
    );
    for (const alternative of ['http://localhost', 'az login', 'app registration']) {
      await expect(lab.panel.getByRole('status')).toContainText(alternative);
    }
  });

  await test.step('the code is not used in time', async () => {
    await configure({ deviceCodeSeconds: 3 });
    await lab.button('Sign in with a code').click();
    await expect(lab.panel).toContainText('The code expires in less than a minute.');
    await expect(lab.panel).toContainText('The code was not used in time (device_code_expired).');
    await expect(lab.button('Sign in with a code')).toBeVisible();
  });
});
