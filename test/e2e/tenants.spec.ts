import { contoso, fabrikam } from '../azure/users.mjs';
import { authenticate, type IUser, type Lab } from './lab';
import type { Jupyter } from './jupyter';
import { expect, type LocalAzure, test, userOf } from './fixtures';

/** Shows the tenant of the kernel's token, not the token. */
const WHOSE = `
import base64, json
from jupyter_azure_auth import InteractiveLoginAuthentication, JupyterCredential

def claims(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))

def whose(**wanted):
    token = JupyterCredential(**wanted).get_token("https://storage.azure.com/.default").token
    print(claims(token)["tid"], claims(token)["unique_name"])
`;
const DOMAIN = `whose(tenant_id="${fabrikam.domain}")`;
const GUID = `whose(tenant_id="${fabrikam.id}")`;
const NOWHERE = 'whose(tenant_id="no-such-tenant.example")';
const LOGIN = `
auth = InteractiveLoginAuthentication(tenant_id="${fabrikam.domain}")
found = claims(auth.get_token().token)
print(found["tid"], found["unique_name"])
`;

/** A page that already holds the home tenant's token, and a kernel that got it. */
async function warm(lab: Lab, jupyter: Jupyter, user: IUser, name: string): Promise<void> {
  const cells = [WHOSE, 'whose()', DOMAIN, GUID, NOWHERE, LOGIN];
  await lab.open(await jupyter.write(name, cells));
  await lab.signIn(user);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(`${contoso.id} ${user.username}`);
}

async function signInsOf(azure: LocalAzure): Promise<number> {
  const log = (await (await fetch(`${azure.controlUrl}/log`)).json()) as { kind: string }[];
  return log.filter(({ kind }) => kind === 'sign-in').length;
}

// Situation: sign-in window (popup) | the page holds the home tenant's token; the user is a guest |
// a
// cell names another tenant | the guest's token of that tenant, without a prompt | nothing to do
test('gives a guest the token of the tenant that a cell names, without asking', async ({
  lab,
  jupyter,
  azure
}) => {
  const gina = userOf(azure, 'gina');
  await warm(lab, jupyter, gina, 'guest.ipynb');
  const before = await signInsOf(azure);
  for (const cell of [2, 3, 5]) {
    await lab.run(cell);
    await expect(lab.output(cell)).toHaveText(`${fabrikam.id} ${gina.username}`);
  }
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(`${contoso.id} ${gina.username}`);
  expect(await signInsOf(azure)).toBe(before);
});

// Situation: sign-in window (popup) | the page holds the home tenant's token; the user is not a
// guest,
// or
// there is no such tenant | a cell names another tenant | `wrong_tenant`, which names that tenant |
// sign in as a user of that tenant
test('gives no token of a tenant without the user, and names the tenant', async ({
  lab,
  jupyter,
  azure,
  alice
}) => {
  await warm(lab, jupyter, alice, 'stranger.ipynb');
  for (const [cell, name] of [
    [2, fabrikam.domain],
    [3, fabrikam.id]
  ] as const) {
    await lab.run(cell);
    await expect(lab.output(cell)).toContainText(
      `This account is neither a member nor a guest of the tenant ${name}`
    );
    await expect(lab.output(cell)).toContainText('[AADSTS50020]');
  }
  await lab.run(4);
  await expect(lab.output(4)).toContainText('cannot find the tenant no-such-tenant.example');

  // Nothing of it ended the sign-in, and Azure ML's class prompts for another account.
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(`${contoso.id} ${alice.username}`);
  await lab.run(5);
  await expect(lab.cell(5)).toContainText('Performing interactive authentication');
  const carol = userOf(azure, 'carol');
  const popup = await lab.popupOf(() =>
    lab.panel.getByRole('button', { name: /^Sign in/ }).click()
  );
  await authenticate(popup, carol);
  await expect(lab.cell(5)).toContainText(`${fabrikam.id} ${carol.username}`);
});
