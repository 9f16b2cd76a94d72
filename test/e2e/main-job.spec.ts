import { expect, test } from './fixtures';

const IMPORT = `
import os, time
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()
SCOPE = "https://storage.azure.com/.default"
`;

const WRITE = `
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=credential)
container = service.get_container_client(f"c{time.time_ns()}")
container.create_container()
container.upload_blob("hello.txt", b"written by a cell")
print(container.download_blob("hello.txt").readall().decode())
`;

// Consumer: notebook in JupyterLab | `JupyterCredential()` | writes and reads a blob
// Reach: JupyterLab | localhost, with an app registration | `popup` | a cell writes and reads a blob
test('signs in, and a cell writes and reads a blob', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('main-job.ipynb', [IMPORT, WRITE]));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('written by a cell');
});

test('goes on with the cell that was waiting', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('waiting.ipynb', [IMPORT, WRITE]));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('Sign in');
  await lab.signIn(alice);
  await expect(lab.output(1)).toHaveText('written by a cell');
});
