import { contoso, fabrikam } from '../azure/users.mjs';
import { WHOSE } from './cells';
import { userOf } from './fixtures';
import { expect, test } from './localhost-fixtures';

/** Shows the tenant of the kernel's token, not the token. */
const TENANT = `
claims = json.loads(base64.urlsafe_b64decode(held().split(".")[1] + "==="))
print(claims["tid"])
`;

// Situation: a sign-in that the server holds | the user is a guest of another directory, and chooses
// it | a cell names no tenant | a token of that directory; after "Use home directory", of the home
// one | nothing to do
test('uses a directory that the user chooses, with a sign-in of the server', async ({
  lab,
  jupyter,
  azure
}) => {
  await lab.open(await jupyter.write('directories.ipynb', [WHOSE, TENANT]));
  await lab.signIn(userOf(azure, 'gina'));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(contoso.id);
  const card = lab.panel.locator('.jp-AzurePanel-tenant');
  const menu = lab.panel.getByText('Accounts and directories');
  await menu.click();
  await lab.button('Show my directories').click();
  await lab.button('Use the directory Fabrikam').click();
  await expect(card).toHaveText('Tenant Fabrikam');
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(fabrikam.id);
  await lab.button('Use home directory').click();
  await expect(card).toHaveText('Tenant Contoso');
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(contoso.id);
});

// Situation: any sign-in | the directory that the user chooses refuses the account | the next token
// | the panel says why; the token is still from the previous directory | nothing to do
test('stays in the previous directory if the chosen one refuses', async ({
  lab,
  jupyter,
  alice
}) => {
  await lab.page.route('https://management.azure.com/tenants?*', route =>
    route.fulfill({
      headers: { 'Access-Control-Allow-Origin': '*' },
      json: { value: [{ tenantId: fabrikam.id, displayName: 'Fabrikam' }] }
    })
  );
  await lab.open(await jupyter.write('refused.ipynb', [WHOSE, TENANT]));
  await lab.signIn(alice);
  await lab.panel.getByText('Accounts and directories').click();
  await lab.button('Show my directories').click();
  await lab.button('Use the directory Fabrikam').click();
  await expect(lab.panel).toContainText('(AADSTS50020)');
  await expect(lab.panel.locator('.jp-AzurePanel-tenant')).toHaveText('Tenant contoso.com');
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText(contoso.id);
});
