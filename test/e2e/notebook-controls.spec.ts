import { readFile, writeFile } from 'node:fs/promises';
import { CREDENTIAL, FINGERPRINT, SOME_TOKEN } from './cells';
import { expectAccessible } from './accessible';
import { runCommand } from './commands';
import { control, goesOnAfterReload, save, signInAt, WIDGET } from './front-end-steps';
import { FRONT_END_NAMES } from './front-ends';
import { expect, test, userOf } from './fixtures';

/** Works until it is told to stop. */
const JOB = `
import threading
from pathlib import Path
while not Path("stop").exists():
    threading.Event().wait(0.1)
print("stopped")
`;

test('signs in and out by magics, under the cell that asks', async ({
  lab,
  jupyter,
  azure,
  alice
}) => {
  const cells = ['%load_ext jupyter_azure_auth', '%azure_status', '%azure_login', '%azure_status'];
  const force = '%azure_login --force';
  await lab.open(await jupyter.write('magics.ipynb', [...cells, force, '%azure_logout']));
  await lab.run(0);
  await lab.run(1);
  await expect(lab.output(1)).toContainText('You are not signed in to Azure');
  await lab.run(2);
  await expect(control(lab, 2)).toContainText('magics.ipynb is waiting for a token');
  await signInAt(lab, control(lab, 2), alice);
  await expect(lab.output(2)).toHaveText(`Signed in to Azure as ${alice.username}.`);
  await lab.run(3);
  await expect(lab.output(3)).toContainText(`Signed in to Azure as ${alice.username}`);
  await expect(lab.output(3)).toContainText('browser sign-in');
  const bob = userOf(azure, 'bob');
  await lab.run(4);
  await expect(control(lab, 4)).toContainText(
    `the account that you choose instead of ${alice.username}.`
  );
  await signInAt(lab, control(lab, 4), bob);
  await expect(lab.output(4)).toHaveText(`Signed in to Azure as ${bob.username}.`);
  await lab.run(5);
  await expect(lab.output(5)).toHaveText('Signed out of Azure.');
  await lab.showPanel();
  await expect(lab.button('Sign in')).toBeVisible();
});

// Reach: JupyterLab | localhost, with an app registration | `popup` | the widget signs in and out while the kernel is busy
// Reach: Jupyter Notebook 7 | localhost, with an app registration | `popup` | the widget signs in and out while the kernel is busy
for (const frontEnd of FRONT_END_NAMES) {
  test.describe(frontEnd, () => {
    test.use({ frontEnd });

    test('signs in and out by the widget while the kernel is busy', async ({
      lab,
      jupyter,
      alice
    }) => {
      const cells = [WIDGET, 'widget', JOB];
      await lab.open(await jupyter.write('widget.ipynb', cells));
      await lab.run(0);
      await lab.run(1);
      await expect(control(lab, 1)).toContainText('Sign in once');
      // Two cards, two names.
      await expectAccessible(lab.page, '.jp-AzureControl');
      await lab.run(2);
      await lab.kernelIs('busy');
      await signInAt(lab, control(lab, 0), alice);
      for (const cell of [0, 1]) {
        await expect(control(lab, cell)).toContainText(alice.username);
      }
      await control(lab, 1).getByRole('button', { name: 'Sign out' }).click();
      await expect(control(lab, 0).getByRole('button', { name: 'Sign in' })).toBeVisible();
      await signInAt(lab, control(lab, 0), alice);
      await expect(control(lab, 1)).toContainText(alice.username);
      await lab.kernelIs('busy');
      await writeFile(jupyter.path('stop'), '');
      await expect(lab.output(2)).toHaveText('stopped');

      await save(
        lab,
        jupyter,
        'widget.ipynb',
        '<p>Sign-in to Azure: open this notebook in JupyterLab'
      );
      expect(await readFile(jupyter.path('widget.ipynb'), 'utf8')).not.toContain(alice.username);
      await lab.reload();
      await lab.ready();
      for (const cell of [0, 1]) {
        await expect(control(lab, cell)).toContainText(alice.username);
      }
    });
  });
}

test('continues after a reload during a wait', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('reloaded.ipynb', [CREDENTIAL, FINGERPRINT, FINGERPRINT]));
  await lab.run(0);
  await lab.run(1);
  await goesOnAfterReload(lab, jupyter, { name: 'reloaded.ipynb', cell: 1, user: alice });
  await lab.run(2);
  await expect(lab.output(2)).toHaveText(SOME_TOKEN);
});

test('can be read in light and dark', async ({ lab, jupyter, alice }, info) => {
  await lab.open(await jupyter.write('themes.ipynb', [CREDENTIAL, FINGERPRINT, WIDGET]));
  const shoot = async (name: string): Promise<void> => {
    await expect(lab.page.locator('#jupyterlab-splash')).toBeHidden();
    await lab.page.screenshot({ path: info.outputPath(`${name}.png`) });
  };
  await lab.run(0);
  await lab.run(1);
  await expect(control(lab, 1)).toBeVisible();
  await shoot('light-waiting');
  await runCommand(lab, 'Use Theme: JupyterLab Dark');
  await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false');
  await shoot('dark-waiting');
  await signInAt(lab, control(lab, 1), alice);
  await expect(lab.output(1)).toHaveText(SOME_TOKEN);
  await lab.run(2);
  await expect(control(lab, 2)).toContainText(alice.username);
  await shoot('dark-widget');
  await runCommand(lab, 'Use Theme: JupyterLab Light');
  await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', 'true');
  await shoot('light-widget');
});
