import type { Page } from '@playwright/test';
import { restartKernel } from './commands';
import { Lab } from './lab';
import { expect, test } from './localhost-fixtures';
import { expectProcessWaits, TERMINAL_CELLS } from './waiting-process';

const CREDENTIAL = `
import base64, json, os, time
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()

def show(resource):
    payload = credential.get_token(f"{resource}/.default").token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "==="))
    print(claims["upn"], claims["aud"])
`;

const WRITE = `
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=credential)
container = service.get_container_client(f"c{time.time_ns()}")
container.create_container()
container.upload_blob("hello.txt", b"written by a cell")
print(container.download_blob("hello.txt").readall().decode())
`;

const STORAGE = 'https://storage.azure.com';
const ARM = 'https://management.azure.com';
const CELLS = [CREDENTIAL, WRITE, `show("${ARM}")`, `show("${STORAGE}")`];

// Reach: JupyterLab | localhost | `loopback` | a cell writes and reads a blob
test('signs in without any configuration; a cell writes a blob and asks for a second resource', async ({
  lab,
  jupyter,
  alice,
  context
}) => {
  await lab.open(await jupyter.write('localhost.ipynb', CELLS));
  await lab.signIn(alice);
  await expect(lab.panel).toContainText('for all tabs, until you sign out or Jupyter stops');
  const windows: Page[] = [];
  context.on('page', page => windows.push(page));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('written by a cell');
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(`${alice.username} ${ARM}`);
  expect(windows).toEqual([]);
  await lab.signOut();
  await lab.run(3);
  await expect(lab.output(3)).toContainText('Sign in');
});

const UNMODIFIED = `
import os, time
from azure.identity import DefaultAzureCredential
from azure.storage.blob import BlobServiceClient
credential = DefaultAzureCredential()
`;

test('lets code that does not know it use the sign-in, once its user says so', async ({
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
  await expect(lab.output(1)).toHaveText('written by a cell');
  // The panel reads the list every 30 s.
  const others = lab.panel.getByText('Other tokens');
  await expect(lab.panel.getByText('Programs')).toBeAttached({ timeout: 90_000 });
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

test('goes on with the cell that was waiting', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('localhost-waiting.ipynb', CELLS));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText('written by a cell');
});

test('is one sign-in for every tab and browser of the server, and ends in all', async ({
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
    await one.run(0);
    await one.run(3);
    await expect(one.output(3)).toHaveText(`${alice.username} ${STORAGE}`);
  }
  await lab.page.bringToFront();
  await lab.signOut();
  for (const one of [lab, tab]) {
    await one.page.bringToFront();
    await expect(one.button('Sign in')).toBeVisible();
    await one.run(3);
    await expect(one.output(3)).toContainText('Sign in');
  }
  // Another browser and its kernels notice the sign-out by themselves, and a new sign-in likewise.
  await expect(other.button('Sign in')).toBeVisible();
  await other.run(3);
  await expect(other.output(3)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(other.panel.getByText(alice.username)).toBeVisible();
  await expect(other.output(3)).toHaveText(`${alice.username} ${STORAGE}`);
  await elsewhere.close();
});

test('a process waits for a sign-in, which the server holds', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('processes.ipynb', TERMINAL_CELLS));
  await expectProcessWaits(lab, alice);
});
