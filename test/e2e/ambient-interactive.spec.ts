import { readFile } from 'node:fs/promises';
import { authenticate, type IUser, type Lab } from './lab';
import { expect, test } from './ambient-fixtures';

const WHOSE = `
import base64, json
from jupyter_azure_auth import JupyterCredential

def whose(credential, resource):
    body = credential.get_token(f"https://{resource}/.default").token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=="))["oid"]
`;

const NOW = 'print(whose(JupyterCredential(), "storage.azure.com"))';

/** Continues after its page is gone, and writes to a file which identity it has. */
const LATER = `
import os, threading
from jupyter_azure_auth.kernel import request_flow
request_flow.PAGE_RELOAD_TIMEOUT_S = 8.0  # a minute is no other test than this
credential = JupyterCredential()
print(whose(credential, "storage.azure.com"))
while not os.path.exists("closed"):
    threading.Event().wait(0.1)
try:
    outcome = whose(credential, "management.azure.com")
except Exception as error:
    outcome = type(error).__name__
with open("outcome", "w") as file:
    file.write(outcome)
`;

const ALICE = 'a11ce000-aaaa-4aaa-8aaa-000000000001';
const MACHINE = '5e1f0000-aaaa-4aaa-8aaa-000000000001';

/** Replace the ambient identity. */
async function signInAs(user: IUser, lab: Lab): Promise<void> {
  await lab.showPanel();
  const popup = await lab.popupOf(() => lab.button('Sign in as someone else').click());
  await authenticate(popup, user);
  await expect(lab.panel.getByText(user.username)).toBeVisible();
}

test('a sign-in replaces the identity of the machine until the user signs out', async ({
  on,
  alice
}) => {
  const { jupyter, lab } = await on({ place: 'app-service' });
  await lab.open(await jupyter.write('interactive.ipynb', [WHOSE, NOW]));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(MACHINE);
  await signInAs(alice, lab);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(ALICE);
  await lab.button('Sign out').click();
  await expect(lab.panel.getByRole('status')).toContainText(
    'You are signed out. Kernels now act as'
  );
  await expect(lab.panel).toContainText('Azure App Service');
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(MACHINE);
  await lab.panel.getByText('How this was chosen').click();
  await expect(lab.panel.getByRole('listitem').first()).toHaveText('Managed identity: used');
});

test('a kernel whose page is gone does not act as the machine', async ({ on, alice }) => {
  const { jupyter, lab } = await on({ place: 'app-service' });
  await lab.open(await jupyter.write('gone.ipynb', [WHOSE, LATER]));
  await signInAs(alice, lab);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(ALICE);
  await lab.page.close();
  await jupyter.writeFile('closed', '');
  await expect
    .poll(() => readFile(jupyter.path('outcome'), 'utf8').catch(() => ''), { timeout: 150_000 })
    .toMatch(/Error$/);
});
