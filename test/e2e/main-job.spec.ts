import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import { expect, test } from './fixtures';
import { writesABlob } from './front-end-steps';

// Consumer: notebook in JupyterLab | `JupyterCredential()` | writes and reads a blob
// Reach: JupyterLab | localhost, with an app registration | `popup` | a cell writes and reads a blob
test('signs in, and a cell writes and reads a blob', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('main-job.ipynb', [CREDENTIAL, WRITE]));
  await lab.signIn(alice);
  await lab.run(0);
  await writesABlob(lab, 1);
});

test('continues the cell that was waiting', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('waiting.ipynb', [CREDENTIAL, WRITE]));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText(WRITTEN);
});
