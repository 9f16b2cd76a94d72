import { authenticate } from './lab';
import { expect, test, userOf } from './fixtures';

/** Shows the account of the kernel's token, not the token. */
const WHO = `
import base64, json
from jupyter_azure_auth import JupyterCredential
def whose(**wanted):
    token = JupyterCredential(**wanted).get_token("https://storage.azure.com/.default").token
    payload = token.split(".")[1]
    print(json.loads(base64.urlsafe_b64decode(payload + "==="))["upn"])
`;

test('resumes a cell that names another user, once that user signs in', async ({
  lab,
  jupyter,
  azure,
  alice
}) => {
  const bob = userOf(azure, 'bob');
  const cells = [WHO, 'whose()', `whose(account="${bob.username}")`];
  await lab.open(await jupyter.write('other-account.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(alice.username);

  await lab.run(2);
  await expect(lab.panel.getByRole('status')).toContainText(
    `other-account.ipynb needs a token for Storage from an account other than ${alice.username}.`
  );
  await expect(lab.output(2)).toContainText('from an account other than');
  await expect(lab.panel).not.toContainText(bob.username);
  const popup = await lab.popupOf(() => lab.button('Sign in as someone else').click());
  await authenticate(popup, bob);
  await expect(lab.output(2)).toHaveText(bob.username);
  await expect(lab.panel.getByText(bob.username)).toBeVisible();

  // The kernel has forgotten the earlier account.
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(bob.username);
});

test('says which cloud it signs in to if a cell names another', async ({ lab, jupyter, alice }) => {
  const cells = [WHO, 'whose(cloud="AzureMoonCloud")'];
  await lab.open(await jupyter.write('other-cloud.ipynb', cells));
  await lab.signIn(alice);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText(
    'This JupyterLab signs in to AzureCloud; the cell asks for another cloud. Leave out “cloud”, or set the cloud in the Azure settings. [other_cloud]'
  );
});
