import { openBeside } from './commands';
import { authenticate } from './lab';
import { expect, test } from './fixtures';

const ASK = `
from azure.core.exceptions import ClientAuthenticationError
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()
try:
    credential.get_token("https://storage.azure.com/.default")
    print("went on")
except ClientAuthenticationError as error:
    print("refused:", error)
`;

const REFUSED =
  'refused: You clicked “Not now”, so this cell got no token. ' +
  'Run the cell again in a minute, or sign in from the Azure panel first. [denied]';

test('reports a waiting cell while the panel is hidden', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('told.ipynb', [ASK]));
  await lab.run(0);
  await expect(lab.notifications).toHaveText(/told\.ipynb is waiting for a token for Storage\./);
  const signIn = lab.notifications.getByRole('button', { name: 'Sign in' });
  await authenticate(await lab.popupOf(() => signIn.click()), alice);
  await expect(lab.output(0)).toHaveText('went on');
  await expect(lab.notifications).toHaveCount(0);
});

test('stops asking after Not now', async ({ lab, jupyter }) => {
  await lab.open(await jupyter.write('refused.ipynb', [ASK, ASK]));
  await lab.run(0);
  await lab.notifications.getByRole('button', { name: 'Not now' }).click();
  await expect(lab.output(0)).toHaveText(REFUSED);
  await expect(lab.notifications).toHaveCount(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(REFUSED);
  await expect(lab.notifications).toHaveCount(0);
});

test('asks one thing at a time', async ({ lab, jupyter, alice }) => {
  const second = await jupyter.write('second-in-line.ipynb', [ASK]);
  await lab.open(await jupyter.write('first-in-line.ipynb', [ASK]));
  await lab.run(0);
  await expect(lab.notifications).toHaveText(/first-in-line\.ipynb is waiting/);
  await openBeside(lab, second);
  await lab.ready();
  await lab.run(0);
  await expect(lab.output(0)).toContainText('second-in-line.ipynb is waiting for a token');
  await expect(lab.notifications).toHaveText([/first-in-line\.ipynb is waiting/]);

  await lab.showPanel();
  await expect(lab.notifications).toHaveCount(0);
  await expect(lab.panel).toContainText('first-in-line.ipynb is waiting for a token for Storage.');
  await expect(lab.panel).toContainText('and 1 more');
  await lab.button('Not now').click();
  await expect(lab.panel).toContainText('second-in-line.ipynb is waiting');
  await lab.signIn(alice);
  await expect(lab.output(0)).toHaveText('went on');
});
