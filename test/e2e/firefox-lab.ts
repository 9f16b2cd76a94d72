import { expect } from '@playwright/test';
import { CREDENTIAL, WRITE, WRITTEN } from './cells';
import { type Firefox, type FirefoxPage } from './firefox';
import type { Jupyter } from './jupyter';
import { type IUser, KERNEL_START } from './lab';

/** Cells of the main job. */
export const MAIN_JOB = [CREDENTIAL, WRITE];

const OUTPUT = '.jp-CodeCell:nth-child(2) .jp-OutputArea-output';

/** Open the notebook of the main job, and wait for its kernel. */
export async function openMainJob(
  firefox: Firefox,
  { url, token }: Jupyter,
  path: string
): Promise<FirefoxPage> {
  const [page] = (await firefox.pages()) as [FirefoxPage];
  await page.goto(`${url}lab/workspaces/firefox/tree/${path}?token=${token}`);
  await becomes(page, '.jp-Toolbar-kernelName', 'ipykernel');
  const status = `document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status ?? null`;
  await expect.poll(() => page.evaluate(status), { timeout: KERNEL_START }).toBe('idle');
  return page;
}

/** Run the cells, sign in while the second one waits, and expect what it prints. */
export async function doMainJob(firefox: Firefox, page: FirefoxPage, user: IUser): Promise<void> {
  for (const [cell, prompt] of ['[1]:', '[*]:'].entries()) {
    await page.click('.jp-NotebookPanel-toolbar [data-jp-item-name="run"]');
    // A click counts once JupyterLab has moved on to the next cell.
    await becomes(page, `.jp-CodeCell:nth-child(${cell + 1}) .jp-InputPrompt`, prompt);
  }
  await becomes(page, OUTPUT, 'Sign in');
  await page.click('.jp-SideBar [data-id="azure-auth-panel"]');
  await page.click('#azure-auth-panel button', 'Sign in');
  await signIn(await popupOf(firefox), user);
  await becomes(page, '#azure-auth-panel', user.username);
  await becomes(page, OUTPUT, WRITTEN);
  await expect.poll(async () => (await firefox.pages()).length).toBe(1);
}

async function popupOf(firefox: Firefox): Promise<FirefoxPage> {
  await expect.poll(async () => (await firefox.pages()).length, { timeout: KERNEL_START }).toBe(2);
  return (await firefox.pages())[1] as FirefoxPage;
}

/** Fill in the form of the local authority. */
async function signIn(popup: FirefoxPage, { username, password }: IUser): Promise<void> {
  const values = JSON.stringify({ loginfmt: username, passwd: password });
  const fill = `Object.entries(${values}).every(([name, value]) => {
    const field = document.querySelector(\`[name="\${name}"]\`);
    return field !== null && Boolean((field.value = value));
  })`;
  await expect
    .poll(() => popup.evaluate(fill).catch(() => false), { timeout: KERNEL_START })
    .toBe(true);
  await popup.click('button', 'Sign in');
}

async function becomes(page: FirefoxPage, selector: string, text: string): Promise<void> {
  await expect.poll(() => page.text(selector), { timeout: KERNEL_START }).toContain(text);
}
