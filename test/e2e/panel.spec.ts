import type { Page } from '@playwright/test';
import { expectAccessible, expectVisibleRing } from './accessible';
import { runCommand } from './commands';
import { authenticate, type Lab } from './lab';
import { expect, test } from './fixtures';

const WAIT = `
from jupyter_azure_auth import JupyterCredential
JupyterCredential().get_token("https://storage.azure.com/.default")
print("went on")
`;

test('does the whole job without a mouse', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('keyboard.ipynb', [WAIT]));
  await lab.page.locator('#jp-main-dock-panel .jp-Notebook').focus();
  await lab.page.keyboard.press('Control+Enter');
  await expect(lab.output(0)).toContainText('Sign in');
  await typeCommand(lab, 'Show the Azure panel');
  await expectVisibleRing(lab.button('Sign in'));
  const popup = await lab.popupOf(() => lab.page.keyboard.press('Enter'));
  await popup.getByLabel('User name').fill(alice.username);
  await popup.keyboard.press('Tab');
  await popup.keyboard.type(alice.password);
  // The window may be gone before the key comes up.
  await popup.keyboard.down('Enter');
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await expect(lab.panel).toContainText(/browser sign-in, ends (today|tomorrow) at \d\d:\d\d/);
  await expect(lab.output(0)).toHaveText('went on');
  await tabTo(lab.page, 'Sign out');
  await lab.page.keyboard.press('Enter');
  await expect(lab.button('Sign in')).toBeFocused();
});

/** Run a command from the command palette, by keys alone. */
async function typeCommand({ page }: Lab, label: string): Promise<void> {
  await page.keyboard.press('Control+Shift+C');
  await page.locator('#modal-command-palette input').waitFor();
  await page.keyboard.type(label);
  const chosen = page.locator('#modal-command-palette .lm-mod-active');
  await expect(chosen.locator('.lm-CommandPalette-itemLabel')).toHaveText(label);
  await page.keyboard.press('Enter');
}

/** Press Tab until the button has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  await button.waitFor();
  const focused = (): Promise<boolean> => button.evaluate(node => node === document.activeElement);
  for (let presses = 0; presses < 3 && !(await focused()); presses++) {
    await page.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
}

test('is reached by commands', async ({ lab, jupyter, alice }) => {
  await lab.open(await jupyter.write('commands.ipynb', ['']));
  await runCommand(lab, 'Show the Azure panel');
  await expect(lab.button('Sign in')).toBeVisible();
  const focused = lab.page.locator('#azure-auth-panel:focus, #azure-auth-panel :focus');
  await expect(focused).toHaveCount(1);
  // The panel itself has the focus until there is a button, without a ring around all of it.
  await expect(lab.panel).toHaveCSS('outline-style', 'none');
  await lab.page.locator('.jp-Notebook .jp-Cell').first().click();
  await expect(focused).toHaveCount(0);
  await runCommand(lab, 'Show the Azure panel');
  await expect(lab.button('Sign in')).toBeFocused();
  const popup = await lab.popupOf(() => runCommand(lab, 'Sign in to Azure'));
  await authenticate(popup, alice);
  await expect(lab.panel.getByText(alice.username)).toBeVisible();
  await runCommand(lab, 'Sign out of Azure');
  // Any output that is clicked can run a command: this one asks first.
  await expectAccessible(lab.page, '.jp-Dialog');
  await lab.page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(lab.button('Sign in')).toBeVisible();
});

test('can be read in light and dark', async ({ lab, jupyter, alice }, info) => {
  await lab.open(await jupyter.write('themes.ipynb', [WAIT]));
  await lab.showPanel();
  await lab.run(0);
  await expect(lab.panel).toContainText('themes.ipynb is waiting for a token for Storage.');
  await shoot(lab, info.outputPath('light-waiting.png'));
  await lab.signIn(alice);
  await expect(lab.output(0)).toHaveText('went on');
  await shoot(lab, info.outputPath('light-signed-in.png'));
  await runCommand(lab, 'Use Theme: JupyterLab Dark');
  await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', 'false');
  await shoot(lab, info.outputPath('dark-signed-in.png'));
  await lab.page.emulateMedia({ forcedColors: 'active' });
  await shoot(lab, info.outputPath('forced-colors.png'));
  await lab.page.emulateMedia({ forcedColors: 'none' });
  await expectNoSidewaysScrolling(lab, info.outputPath('zoomed.png'));
  await lab.signOut();
  await shoot(lab, info.outputPath('dark-signed-out.png'));
  await runCommand(lab, 'Use Theme: JupyterLab Light');
  await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', 'true');
});

/** At 400 % of 1280 by 1024 pixels. */
async function expectNoSidewaysScrolling(lab: Lab, path: string): Promise<void> {
  const before = lab.page.viewportSize()!;
  await lab.page.setViewportSize({ width: 320, height: 256 });
  await lab.button('Sign out').scrollIntoViewIfNeeded();
  await shoot(lab, path);
  const overflow = (node: Element): number => node.scrollWidth - node.clientWidth;
  expect(await lab.panel.evaluate(overflow)).toBe(0);
  await lab.page.setViewportSize(before);
}

async function shoot(lab: Lab, path: string): Promise<void> {
  // JupyterLab covers everything while it changes the theme.
  await expect(lab.page.locator('#jupyterlab-splash')).toBeHidden();
  await lab.panel.screenshot({ path });
  await expectAccessible(lab.page, '.jp-AzurePanel');
}
