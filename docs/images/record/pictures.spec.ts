import type { Browser, Locator, Page } from '@playwright/test';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Jupyter } from '../../../test/e2e/jupyter';
import { authenticate, type IUser, Lab, typePassword } from '../../../test/e2e/lab';
import { expect, test } from '../../../test/e2e/fixtures';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PANEL = join(ROOT, 'docs', 'images', 'panel.png');
/** Read by animate.py, with `frames.json`. */
const FRAMES = join(ROOT, 'test-results', 'frames');

/** The first notebook of the README, with the address of the local storage. */
const NOTEBOOK = `import os
from azure.storage.blob import ContainerClient
from jupyter_azure_auth import JupyterCredential

account = os.environ["STORAGE_ACCOUNT_URL"]
container = ContainerClient(account, "trips", credential=JupyterCredential())
for blob in container.list_blobs():
    print(blob.name)`;

const UPLOAD = `${NOTEBOOK.split('\nfor')[0] ?? ''}
container.create_container()
for city in ["bern", "lisbon", "oslo"]:
    container.upload_blob(f"{city}.csv", b"day,distance")
print("uploaded")`;

/** In CSS pixels, from the left and the top of the picture that it is on. */
type Point = readonly [number, number];

interface IFrame {
  readonly picture: string;
  readonly milliseconds: number;
  /** Where the mouse pointer is drawn. */
  readonly pointer?: Point;
  /** Of a window in front of the page; then the pointer is in that. */
  readonly popup?: string;
}

test('records the pictures of the README', async ({ lab, jupyter, alice, page, browser }) => {
  await upload(browser, jupyter, alice);
  await mkdir(FRAMES, { recursive: true });
  const frames: IFrame[] = [];

  await lab.open(await jupyter.write('trips.ipynb', [NOTEBOOK]));
  await page.locator('.jp-SideBar .lm-TabBar-tab.lm-mod-current').first().click();
  await page.keyboard.press('Control+s');
  frames.push({ picture: await shoot(page, 'code'), milliseconds: 1500 });
  await lab.run(0);
  const signIn = lab.output(0).getByRole('button', { name: 'Sign in', exact: true });
  await expect(signIn).toBeVisible();
  await page.mouse.move(0, 0);
  frames.push({ picture: await shoot(page, 'card'), milliseconds: 1800 });
  const overSignIn = await center(signIn);
  await signIn.hover();
  frames.push({ picture: await shoot(page, 'hover'), milliseconds: 900, pointer: overSignIn });

  const popup = await lab.popupOf(() => signIn.click());
  await popup.setViewportSize({ width: 420, height: 362 });
  await popup.getByLabel('User name').fill(alice.username);
  await popup.getByLabel('Password').fill(alice.password);
  const submit = popup.getByRole('button', { name: 'Sign in', exact: true });
  frames.push({
    picture: await shoot(page, 'waiting'),
    popup: await shoot(popup, 'popup'),
    milliseconds: 2000,
    pointer: await center(submit)
  });
  await typePassword(popup, alice);

  await expect(lab.output(0)).toContainText('oslo.csv');
  await lab.kernelIs('idle');
  await page.mouse.move(0, 0);
  frames.push({ picture: await shoot(page, 'result'), milliseconds: 2500 });
  await lab.showPanel();
  // The offer would leave no room for the kernel.
  const offer = lab.panel.getByRole('group', { name: 'Other programs' });
  await offer.getByRole('button', { name: 'Not now' }).click();
  await expect(offer).toBeHidden();
  await expect(lab.panel.getByText('trips.ipynb')).toBeVisible();
  await page.mouse.move(0, 0);
  frames.push({ picture: await shoot(page, 'panel'), milliseconds: 3000 });
  await writeFile(join(FRAMES, 'frames.json'), JSON.stringify(frames));
  await page.screenshot({ path: PANEL, clip: await aboveStatus(page), animations: 'disabled' });
});

/** Fill the storage, in a window and a kernel that are not recorded. */
async function upload(browser: Browser, jupyter: Jupyter, user: IUser): Promise<void> {
  const context = await browser.newContext();
  const lab = new Lab(await context.newPage(), jupyter, 'upload');
  await lab.open(await jupyter.write('upload.ipynb', [UPLOAD]));
  await lab.run(0);
  await expect(lab.output(0)).toContainText('Sign in');
  await lab.showPanel();
  await authenticate(await lab.askToSignIn(), user);
  await expect(lab.output(0)).toHaveText('uploaded');
  await context.close();
}

/** @returns The name of the picture's file. */
async function shoot(page: Page, name: string): Promise<string> {
  const clip = page.url().includes('/lab/') ? { clip: await aboveStatus(page) } : {};
  const path = join(FRAMES, `${name}.png`);
  await page.screenshot({ path, ...clip, animations: 'disabled', caret: 'hide' });
  return `${name}.png`;
}

/** The page without the bar at its bottom, which says nothing here. */
async function aboveStatus(page: Page): Promise<{ x: 0; y: 0; width: number; height: number }> {
  const { y = 0, width = 0 } = (await page.locator('#jp-main-statusbar').boundingBox()) ?? {};
  return { x: 0, y: 0, width, height: y };
}

async function center(button: Locator): Promise<Point> {
  const { x = 0, y = 0, width = 0, height = 0 } = (await button.boundingBox()) ?? {};
  return [x + width / 2, y + height / 2];
}
