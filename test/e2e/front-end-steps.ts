import type { Locator } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expectAccessible } from './accessible';
import { WRITTEN } from './cells';
import { runCommand } from './commands';
import type { Jupyter } from './jupyter';
import { authenticate, type IUser, type Lab } from './lab';
import { expect } from './fixtures';

/** Steps that are the same in JupyterLab and in Jupyter Notebook. */

export const WIDGET =
  'from jupyter_azure_auth import SignInWidget\nwidget = SignInWidget()\nwidget';

/** The sign-in in the output of a cell. */
export function control(lab: Lab, cell: number): Locator {
  return lab.cell(cell).getByRole('region', { name: 'Azure sign-in for this notebook' });
}

/** Sign in with the button in the output of a cell. */
export async function signInAt(lab: Lab, where: Locator, user: IUser): Promise<void> {
  const button = where.getByRole('button', { name: 'Sign in', exact: true });
  await authenticate(await lab.popupOf(() => button.click()), user);
}

/** Run the main job in a cell. */
export async function writesABlob(lab: Lab, cell: number): Promise<void> {
  await lab.run(cell);
  await expect(lab.output(cell)).toHaveText(WRITTEN);
}

/** Save the notebook in front, and wait for what its file then contains. */
export async function save(
  lab: Lab,
  jupyter: Jupyter,
  name: string,
  contains: string | RegExp
): Promise<void> {
  await runCommand(lab, 'Save Notebook');
  await expect.poll(() => readFile(jupyter.path(name), 'utf8')).toMatch(contains);
}

/** Reload a notebook that was saved while a cell waited, and sign in under the cell afterwards. */
export async function goesOnAfterReload(
  lab: Lab,
  jupyter: Jupyter,
  { name, cell, user }: { name: string; cell: number; user: IUser }
): Promise<void> {
  await expect(control(lab, cell)).toBeVisible();
  await save(lab, jupyter, name, 'Waiting');
  await lab.reload();
  await signInAt(lab, control(lab, cell), user);
  await expect(control(lab, cell)).toBeHidden();
  await lab.ready();
  await save(lab, jupyter, name, /^(?![^]*Waiting)/);
}

/** Check a part of the page in the dark theme and in the light one. */
export async function isAccessibleInBothThemes(lab: Lab, selector: string): Promise<void> {
  for (const [theme, isLight] of [
    ['Dark', 'false'],
    ['Light', 'true']
  ] as const) {
    await runCommand(lab, `Use Theme: JupyterLab ${theme}`);
    await expect(lab.page.locator('body')).toHaveAttribute('data-jp-theme-light', isLight);
    await expectAccessible(lab.page, selector);
  }
}

/** After the cell `CREDENTIAL`: ends as soon as its token was renewed. */
export const UNTIL_RENEWED = `
first = credential.get_token(SCOPE).token
while credential.get_token(SCOPE).token == first:
    work()
print("renewed")
`;

/** Ends within a test, and is long enough for a busy machine. */
export const SHORT_LIFE = { accessTokenSeconds: 20 };
