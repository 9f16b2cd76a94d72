import { answerCode, Lab, takeCode, typePassword } from './lab';
import { expect, test as base } from './localhost-fixtures';
import { placeOfBrowser, placesOfPage, placesOnWire } from './secret-places';
import { filesBelow, kindsFoundIn, secretsOf } from './secret-scan';
import { Wire } from './wire';

const AUTHORITY = 'https://login.microsoftonline.com';
const WRITE = `
import os, time
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=JupyterCredential())
container = service.get_container_client(f"c{time.time_ns()}")
container.create_container()
container.upload_blob("hello.txt", b"written by a cell")
print(container.download_blob("hello.txt").readall().decode())
`;

/** The page is open at an IP address, where a code is the best method. */
const test = base.extend({
  lab: async ({ page, jupyter, configure }, use, { testId }) => {
    await configure({ deviceCodeIntervalSeconds: 1 });
    await jupyter.beginTest(testId);
    const url = jupyter.url.replace('//localhost', '//127.0.0.1');
    await use(new Lab(page, { url, token: jupyter.token }, testId));
    await jupyter.endKernels();
  }
});

// Reach: JupyterLab | 127.0.0.1 | `device-code` | a waiting cell goes on
test('signs in with a code, and the waiting cell goes on', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('by-code.ipynb', [WRITE]));
  await lab.run(0);
  await expect(lab.output(0)).toContainText('Sign in');
  const page = await takeCode(lab);
  await expect(lab.panel).toContainText('Use only codes from this panel.');
  await expect(lab.panel).toContainText('The code expires in 14 minutes.');
  await answerCode(page, alice, 'Continue');
  await expect(page.getByText('You have signed in to the Microsoft Azure CLI')).toBeVisible();
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await expect(lab.panel).toContainText('for all tabs, until you sign out or Jupyter stops');
  await expect(lab.output(0)).toHaveText('written by a cell');
});

test('can be copied, given up and begun again after each thing that goes wrong', async ({
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

  await test.step('only the page at Azure tells of a policy, and the user gives up', async () => {
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

test('leaves no code anywhere', async ({ lab, jupyter, azure, alice, context }) => {
  const wire = new Wire(context);
  const answers: string[] = [];
  await context.route(/\/azure-auth\//, async route => {
    const response = await route.fetch();
    answers.push(await response.text());
    await route.fulfill({ response });
  });
  await lab.open(await jupyter.write('code-leaks.ipynb', [WRITE]));
  await lab.run(0);
  await expect(lab.output(0)).toContainText('Sign in');
  const page = await takeCode(lab);
  await answerCode(page, alice, 'Continue');
  await expect(lab.output(0)).toHaveText('written by a cell');
  await lab.page.keyboard.press('Control+s');

  const secrets = await secretsOf(azure.controlUrl);
  const places = [
    ...(await filesBelow(jupyter.folder)),
    ...(await placesOfPage(lab.page)),
    ...(await placesOnWire(wire, AUTHORITY)),
    await placeOfBrowser(lab.page)
  ];
  for (const place of places) {
    expect.soft(kindsFoundIn(place, secrets), place.name).toEqual([]);
  }
  const names = places.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['file jupyter.log', 'messages from kernels']));
  // The page receives what its user has to enter, and what kernels ask for; nothing else.
  const told = kindsFoundIn({ name: 'answers', text: answers.join('\n') }, secrets);
  expect(new Set(told)).toEqual(new Set(['accessTokens', 'userCodes']));
  const kinds = secrets.map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['deviceCodes', 'userCodes', 'refreshTokens']));
});
