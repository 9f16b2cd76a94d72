import { expect, test } from './fixtures';

const PREPARE = `
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
storage = BlobServiceClient("https://account.blob.core.windows.net", JupyterCredential())
"prepared"
`;

// Situation: Azure Storage's client in a cell | the user clicks Not now | first token | the error
// `denied` within 2 s, no second prompt | run the cell again
test('ends a cell of Azure Storage soon after Not now', async ({ lab, jupyter }) => {
  const sources = [PREPARE, 'storage.get_account_information()'];
  await lab.open(await jupyter.write('storage-refused.ipynb', sources));
  await lab.run(0);
  await expect(lab.output(0)).toContainText('prepared');
  await lab.run(1);
  const notNow = lab.notifications.getByRole('button', { name: 'Not now' });
  await notNow.click();
  await expect(lab.output(1)).toContainText('[denied]');
  await expect(lab.notifications).toHaveCount(0);
  await expect(lab.output(1)).toContainText('storage.get_account_information()');
  await expect(lab.output(1)).not.toContainText('site-packages');
});
