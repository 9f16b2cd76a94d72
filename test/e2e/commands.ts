import { expect, type Locator } from '@playwright/test';
import type { Lab } from './lab';

/** Run a command as a user does who knows its name: from the command palette. */
export async function runCommand({ page }: Lab, label: string): Promise<void> {
  await page.keyboard.press('Control+Shift+C');
  const palette = page.locator('#modal-command-palette');
  await palette.locator('input').fill(label);
  const exactly = new RegExp(`^${label}$`);
  await palette
    .locator('.lm-CommandPalette-itemLabel')
    .filter({ hasText: exactly })
    .first()
    .click();
  await expect(palette).toBeHidden();
}

/** The question that stands in front of everything else. */
export function dialogOf({ page }: Lab): Locator {
  return page.locator('.jp-Dialog');
}

/** Open another notebook next to those that are open, and wait until its kernel is idle. */
export async function openBeside(lab: Lab, path: string): Promise<void> {
  await runCommand(lab, 'Open from Path…');
  await dialogOf(lab).locator('input').fill(path);
  await dialogOf(lab).getByRole('button', { name: 'Open' }).click();
  await expect(tabOf(lab, path)).toHaveClass(/lm-mod-current/);
  await lab.kernelIs('idle');
}

/** The tab of a notebook or console, by what is written on it. */
export function tabOf({ page }: Lab, label: string | RegExp): Locator {
  return page.locator('#jp-main-dock-panel .lm-TabBar-tab').filter({ hasText: label });
}

/** Restart the kernel of the notebook in front. */
export async function restartKernel(lab: Lab): Promise<void> {
  await runCommand(lab, 'Restart Kernel…');
  await dialogOf(lab).getByRole('button', { name: 'Restart' }).click();
  await lab.kernelIs('idle');
}

/** Close what is in front; its kernel lives on. */
export async function closeTab(lab: Lab, label: string | RegExp): Promise<void> {
  const tab = tabOf(lab, label);
  await tab.locator('.lm-TabBar-tabCloseIcon').click();
  const dialog = dialogOf(lab);
  await expect(tab.or(dialog).first()).toBeVisible();
}
