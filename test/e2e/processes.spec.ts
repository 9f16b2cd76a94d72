import { expect, test } from './fixtures';

const SCRIPT = `
from jupyter_azure_auth import JupyterCredential
try:
    token = JupyterCredential().get_token("https://storage.azure.com/.default")
    print("GOT A TOKEN" if token.token else "EMPTY")
except Exception as error:
    print(error)
`;

/** A cell that runs a script in a process of its own, which has no page. */
const CELL = `
import subprocess, sys
print(subprocess.run([sys.executable, "-c", ${JSON.stringify(SCRIPT)}], capture_output=True, text=True).stdout)
`;

test('a process gets the token of the sign-in that the page holds', async ({
  lab,
  jupyter,
  alice
}) => {
  await lab.open(await jupyter.write('processes.ipynb', [CELL, CELL]));
  await lab.run(0);
  await expect(lab.output(0)).toContainText('[not_signed_in]');
  await lab.signIn(alice);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('GOT A TOKEN');
});
