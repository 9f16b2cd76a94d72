import { contoso, fabrikam } from '../azure/users.mjs';
import { expect, test as base, userOf, whileJupyterRuns } from './fixtures';
import type { Jupyter } from './jupyter';
import { authenticate, Lab } from './lab';

/** The app registration admits accounts of every organization. */
const test = base.extend<object, { jupyter: Jupyter }>({
  jupyter: [
    ({ azure }, use) => {
      const authority = azure.authority.replace(contoso.id, 'organizations');
      return whileJupyterRuns({ ...azure, authority }, use);
    },
    { scope: 'worker', timeout: 180_000 }
  ]
});

/** Shows tenant and user of the kernel's token, not the token. */
const WHO = `
import base64, json
from jupyter_azure_auth import JupyterCredential
def whose(credential):
    token = credential.get_token("https://storage.azure.com/.default").token
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))
    print(claims["tid"], claims["unique_name"])
`;

// Situation: sign-in window (popup) | two accounts in two tenants are signed in | two cells of one
// notebook each name one of them | each gets the token of its account, without a prompt, also after
// a switch and a reload | nothing to do
test('serves two accounts in two tenants in one notebook', async ({
  lab,
  jupyter,
  azure,
  alice,
  context
}) => {
  const carol = userOf(azure, 'carol');
  const cells = [
    WHO,
    `alice = JupyterCredential(account="${alice.username}"); whose(alice)`,
    `carol = JupyterCredential(account="${carol.username}"); whose(carol)`,
    'active = JupyterCredential(); whose(active)',
    'whose(alice); whose(carol); whose(active)'
  ];
  const asAlice = `${contoso.id} ${alice.username}`;
  const asCarol = `${fabrikam.id} ${carol.username}`;
  await lab.open(await jupyter.write('two-accounts.ipynb', cells));
  await lab.signIn(carol);
  const menu = lab.panel.getByText('Accounts and directories');
  await menu.click();
  const add = lab.button('Add another account');
  await authenticate(await lab.popupOf(() => add.click()), alice);
  await expect(lab.button(`Switch to ${carol.username}`)).toBeVisible();

  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(asAlice);
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(asCarol);
  await lab.run(3);
  await expect(lab.output(3)).toHaveText(asAlice);
  const kernels = lab.panel.getByRole('region', { name: 'Kernels' });
  await expect(kernels).toContainText(`Storage as ${carol.username}`);
  await expect(kernels).toContainText('Storage as alice');
  await expect(lab.panel).not.toContainText('acts as');

  await test.step('after a switch, only a credential without an account follows', async () => {
    await lab.button(`Switch to ${carol.username}`).click();
    await expect(lab.button(`Switch to ${alice.username}`)).toBeVisible();
    await lab.run(4);
    await expect(lab.output(4)).toHaveText(`${asAlice}\n${asCarol}\n${asCarol}`);
  });

  await test.step('after a reload, both are still signed in', async () => {
    await lab.reload();
    await lab.ready();
    await lab.run(4);
    await expect(lab.output(4)).toHaveText(`${asAlice}\n${asCarol}\n${asCarol}`);
  });

  await test.step('a kernel can always use one of them', async () => {
    await lab.showPanel();
    const choice = lab.panel.getByLabel('Account that two-accounts.ipynb always uses');
    await choice.selectOption(alice.username);
    await lab.run(4);
    await expect(lab.output(4)).toHaveText(`${asAlice}\n${asCarol}\n${asAlice}`);
    await lab.reload();
    await lab.ready();
    await lab.showPanel();
    await expect(choice).toHaveValue(/^a11ce000/);
    await choice.selectOption('the active account');
    await lab.run(4);
    await expect(lab.output(4)).toHaveText(`${asAlice}\n${asCarol}\n${asCarol}`);
  });

  await test.step('another tab gets the tokens of both, without a click', async () => {
    const other = new Lab(await context.newPage(), jupyter, 'both-borrowed');
    await other.open(await jupyter.write('both-borrowed.ipynb', cells));
    await other.showPanel();
    await expect(other.panel).toContainText('Signed in from another tab.');
    await other.run(0);
    for (const [index, owner] of [asAlice, asCarol, asCarol].entries()) {
      await other.run(index + 1);
      await expect(other.output(index + 1)).toHaveText(owner);
    }
    await other.page.close();
    await lab.page.bringToFront();
  });

  await test.step('a sign-out ends both', async () => {
    await lab.showPanel();
    await lab.signOut();
    await lab.run(1);
    await expect(lab.output(1)).toContainText('Sign in');
  });
});

// Situation: sign-in window (popup) | two tabs have each signed in with the same two accounts | the
// user signs out of one in one tab, while it is active in the other | that tab drops it, keeps its
// second account, and does not act as that by itself | switch to it
test('keeps the second account of a tab if another tab signs out of the first', async ({
  lab,
  jupyter,
  azure,
  alice,
  context
}) => {
  const carol = userOf(azure, 'carol');
  const cells = [
    WHO,
    `whose(JupyterCredential(account="${carol.username}"))`,
    'whose(JupyterCredential())'
  ];
  const asCarol = `${fabrikam.id} ${carol.username}`;
  const other = new Lab(await context.newPage(), jupyter, 'the-same-two');
  const menuOf = (tab: Lab): Promise<void> =>
    tab.panel.getByText('Accounts and directories').click();
  const add = async (tab: Lab, label: string, user: typeof carol): Promise<void> =>
    authenticate(await tab.popupOf(() => tab.button(label).click()), user);
  await lab.open(await jupyter.write('first-of-two.ipynb', cells));
  await lab.signIn(carol);
  await menuOf(lab);
  await add(lab, 'Add another account', alice);
  await expect(lab.button(`Switch to ${carol.username}`)).toBeVisible();
  await lab.run(0);
  await other.open(await jupyter.write('second-of-two.ipynb', ['']));
  await other.showPanel();
  await expect(other.panel).toContainText('Signed in from another tab.');
  await menuOf(other);
  await add(other, 'Sign in as someone else', alice);
  await expect(other.button('Add another account')).toBeVisible();
  await add(other, 'Add another account', carol);
  await other.button(`Sign out of ${alice.username}`).click();
  await expect(other.panel).not.toContainText(alice.username);

  await lab.page.bringToFront();
  await expect(lab.panel).toContainText('Your sign-in has ended (sign_in_ended).');
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(asCarol);
  await lab.reload();
  await lab.ready();
  await lab.showPanel();
  await expect(lab.panel).toContainText('Your sign-in has ended (sign_in_ended).');
  await lab.button(`Switch to ${carol.username}`).click();
  await expect(lab.panel).not.toContainText('Your sign-in has ended (sign_in_ended).');
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(asCarol);
});

// Situation: sign-in window (popup) | the user is a guest of another directory, and chooses it |
// a cell names no tenant, in this tab or in another one that uses its sign-in | a token of that
// directory; after "Use home directory", of the home one | nothing to do
test('uses a directory that the user chooses, in all tabs with its sign-in', async ({
  lab,
  jupyter,
  azure,
  context
}) => {
  const gina = userOf(azure, 'gina');
  const cells = [WHO, 'credential = JupyterCredential(); whose(credential)', 'whose(credential)'];
  const [home, guest] = [contoso, fabrikam].map(({ id }) => `${id} ${gina.username}`);
  const other = new Lab(await context.newPage(), jupyter, 'other-directory');
  // Of Resource Manager, only the list is needed; tokens come from the local authority.
  await context.route('https://management.azure.com/tenants?*', route =>
    route.fulfill({
      headers: { 'Access-Control-Allow-Origin': '*' },
      json: {
        value: [contoso, fabrikam].map(({ id, domain, name }) => ({
          ...{ tenantId: id, displayName: name, defaultDomain: domain }
        }))
      }
    })
  );
  await lab.open(await jupyter.write('directories.ipynb', cells));
  await lab.signIn(gina);
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(home!);
  await other.open(await jupyter.write('borrowed.ipynb', cells));
  await other.showPanel();
  await expect(other.panel).toContainText('Signed in from another tab.');
  await other.run(0);
  await other.run(1);
  await expect(other.output(1)).toHaveText(home!);

  await lab.page.bringToFront();
  const card = lab.panel.locator('.jp-AzurePanel-tenant');
  await lab.panel.getByText('Accounts and directories').click();
  await lab.button('Show my directories').click();
  await expect(lab.panel).toContainText('Contoso (current)');
  await lab.button('Use the directory Fabrikam').click();
  await expect(lab.panel).toContainText('Fabrikam (current)');
  await expect(card).toHaveText('Tenant Fabrikam');
  // The same credential, in the same kernel.
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(guest!);

  await other.page.bringToFront();
  await expect(other.panel.locator('.jp-AzurePanel-tenant')).toContainText(fabrikam.id);
  await other.run(2);
  await expect(other.output(2)).toHaveText(guest!);

  await lab.page.bringToFront();
  await lab.reload();
  await lab.ready();
  await lab.showPanel();
  await expect(card).toHaveText('Tenant Fabrikam');
  await lab.panel.getByText('Accounts and directories').click();
  await lab.button('Use home directory').click();
  await expect(card).toHaveText('Tenant Contoso');
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(home!);
});
