import { expect, type Locator } from '@playwright/test';
import { posix } from 'node:path';
import type { Lab } from './lab';

/** Run a command as a user does: by its name, from the command palette. */
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

/** The dialog in front of everything else. */
export function dialogOf({ page }: Lab): Locator {
  return page.locator('.jp-Dialog');
}

/** Open another notebook next to those that are open, and wait until its kernel is idle. */
export async function openBeside(lab: Lab, path: string): Promise<void> {
  await runCommand(lab, 'Open from Path…');
  await dialogOf(lab).locator('input').fill(path);
  await newKernelOf(lab, () => dialogOf(lab).getByRole('button', { name: 'Open' }).click());
  await expect(tabOf(lab, posix.basename(path))).toHaveClass(/lm-mod-current/);
}

/** Give the notebook in front another kernel of the same kind, and wait until that is idle. */
export async function changeKernel(lab: Lab): Promise<void> {
  await runCommand(lab, 'Change Kernel…');
  const fresh = dialogOf(lab).locator('optgroup[label^="Start"] option').first();
  await dialogOf(lab)
    .locator('select')
    .selectOption(await fresh.getAttribute('value'));
  const select = dialogOf(lab).getByRole('button', { name: 'Select Kernel' });
  await newKernelOf(lab, () => select.click());
}

/** Until there is a kernel, a notebook shows the status of the previous one, or idle for none. */
async function newKernelOf(lab: Lab, click: () => Promise<void>): Promise<void> {
  const connected = lab.page.waitForEvent('websocket', ws => ws.url().includes('/channels'));
  await click();
  await connected;
  await lab.kernelIs('idle');
}

/** The tab of a notebook. The tab of a console on its kernel has the same label. */
export function tabOf({ page }: Lab, label: string): Locator {
  const tabs = page.locator('#jp-main-dock-panel .lm-TabBar-tab:not([data-id^="console-"])');
  return tabs.filter({ hasText: label });
}

/** Restart the kernel of the notebook in front. */
export async function restartKernel(lab: Lab): Promise<void> {
  await runCommand(lab, 'Restart Kernel…');
  await dialogOf(lab).getByRole('button', { name: 'Confirm Kernel Restart' }).click();
  await lab.kernelIs('idle');
}

/** Close a notebook that was run and not saved since; its kernel lives on. */
export async function closeUnsaved(lab: Lab, label: string): Promise<void> {
  const tab = tabOf(lab, label);
  await tab.locator('.lm-TabBar-tabCloseIcon').click();
  await dialogOf(lab).getByRole('button', { name: 'Discard' }).click();
  await expect(tab).toHaveCount(0);
}
