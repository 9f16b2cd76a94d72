import { readFile } from 'node:fs/promises';
import { expectAccessible } from './accessible';
import { runCommand } from './commands';
import { expect, test } from './localhost-fixtures';

// Reach: JupyterLab | localhost | `loopback` | an inserted cell lists a storage account
test('leads from a sign-in to a working cell, and shows the activity', async ({
  lab,
  jupyter,
  alice
}) => {
  await lab.open(await jupyter.write('first-steps.ipynb', ['']));
  await lab.signIn(alice);
  await lab.button('Test access').click();
  await expect(lab.panel).toContainText('Your account can get tokens and see 1 subscription.');

  await test.step("puts a cell for the user's own storage account into the notebook", async () => {
    await lab.panel.getByText('Insert code').click();
    await lab.button('Choose from my resources').click();
    await expect(lab.panel.getByLabel('Subscription')).toHaveText('Contoso Research');
    await expect(lab.button('net')).toHaveCount(0);
    await expectAccessible(lab.page, '.jp-AzurePanel');
    await lab.button('devstoreaccount1').click();
    await expect(lab.panel).toContainText('Inserted below the active cell.');
    await lab.run(1);
    // Other specs may have created containers in the same account.
    await expect(lab.output(1)).toHaveText(/^\[('[\w-]+'(,\s+)?)*\]$/);
  });

  await test.step('still tests the access once a kernel is listed', async () => {
    await expect(lab.button('Revoke the access of first-steps.ipynb')).toBeVisible();
    await lab.button('Test access').click();
    await expect(lab.panel).toContainText('Your account can get tokens and see 1 subscription.');
  });

  await test.step('shows the activity, and exports it without a token', async () => {
    await lab.panel.getByText('Activity', { exact: true }).click();
    const entries = lab.panel.locator('.jp-AzurePanel-activity li');
    await expect(entries.first()).toContainText('first-steps.ipynb');
    await expect(entries.first()).toContainText(`Got a token as ${alice.username}`);
    await lab.panel.getByLabel('Filter the activity').fill('no such text');
    await expect(lab.panel).toContainText('No entry contains this text.');
    await lab.panel.getByLabel('Filter the activity').fill('storage');
    const download = lab.page.waitForEvent('download');
    await lab.button('Export as JSON').click();
    const exported = await readFile(await (await download).path(), 'utf8');
    const [first] = JSON.parse(exported);
    expect(first).toMatchObject({ result: 'issued', resource: 'https://storage.azure.com' });
    expect(exported).not.toContain('eyJ');
  });

  await test.step('lists the directories by name', async () => {
    await lab.panel.getByText('Accounts and directories').click();
    await lab.button('Show my directories').click();
    await expect(lab.panel).toContainText('Contoso (current)');
  });

  await test.step('can be read with everything open, light and dark', async () => {
    await expectAccessible(lab.page, '.jp-AzurePanel');
    await runCommand(lab, 'Use Theme: JupyterLab Dark');
    await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false');
    await expect(lab.page.locator('#jupyterlab-splash')).toBeHidden();
    await expectAccessible(lab.page, '.jp-AzurePanel');
    await runCommand(lab, 'Use Theme: JupyterLab Light');
    await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', 'true');
  });
});
