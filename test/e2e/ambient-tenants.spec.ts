import { contoso, fabrikam } from '../azure/users.mjs';
import { VM } from './ambient-cells';
import { expect, test } from './ambient-fixtures';

const IMPORT = 'from jupyter_azure_auth import JupyterCredential';
const ask = (tenant: string): string =>
  `_ = JupyterCredential(tenant_id="${tenant}").get_token("https://vault.azure.net/.default")\nprint("a token")`;

// Situation: page on a server with a managed identity | a challenge names the machine's tenant,
// then another one | cells | the machine's token, then `wrong_tenant` at once, which names both;
// the identity stays | leave `tenant_id` out
test("a tenant other than the machine's ends one cell, and nothing else", async ({ on }) => {
  const { jupyter, lab } = await on({ place: 'imds' });
  const cells = [IMPORT, ask(contoso.id), ask(fabrikam.id), ask(contoso.id)];
  await lab.open(await jupyter.write('tenants.ipynb', cells));
  await lab.showPanel();
  await expect(lab.panel).toContainText('signed in automatically');
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toHaveText('a token');
  await lab.run(2);
  await expect(lab.output(2)).toContainText(
    `This identity is in the tenant ${contoso.id}, not in ${fabrikam.id}`
  );
  await expect(lab.panel).toContainText(VM.name);
  await expect(lab.panel).not.toContainText('sign-in has ended');
  await lab.run(3);
  await expect(lab.output(3)).toHaveText('a token');
});
