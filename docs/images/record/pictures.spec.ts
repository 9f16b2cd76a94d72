import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { authenticate } from '../../../test/e2e/lab';
import { expect, test } from '../../../test/e2e/stand';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PICTURE = join(ROOT, 'docs', 'images', 'panel.png');

/** Bytes. A picture in a README that takes longer to load than to look at is too large. */
const LARGEST = 250_000;

/** Of `demo/demo.ipynb`, by the order of its code cells. */
const IMPORT = 0;
const BLOB = 1;

test('takes the picture of the README', async ({ lab, jupyter, alice, page }) => {
  const demo = await readFile(join(ROOT, 'demo', 'demo.ipynb'), 'utf8');
  await lab.open(await jupyter.writeFile('demo.ipynb', demo));
  await lab.run(IMPORT);
  await lab.run(BLOB);
  await expect(lab.output(BLOB)).toContainText('Sign in');
  await lab.showPanel();
  await authenticate(await lab.popupOf(() => lab.button('Sign in').click()), alice);
  await expect(lab.output(BLOB)).toHaveText('Hello from a notebook');
  await expect(lab.panel.getByText('demo.ipynb')).toBeVisible();
  await lab.kernelIs('idle');
  await lab.panel.hover();
  await lab.cell(BLOB).evaluate(cell => cell.scrollIntoView({ block: 'end' }));

  // Without the bars at its right and its bottom, which say nothing here.
  const width = (await page.locator('.jp-SideBar.jp-mod-right').boundingBox())?.x ?? 0;
  const height = (await page.locator('#jp-main-statusbar').boundingBox())?.y ?? 0;
  const clip = { x: 0, y: 0, width, height };
  await page.screenshot({ path: PICTURE, clip, animations: 'disabled', caret: 'hide' });
  expect((await stat(PICTURE)).size).toBeLessThan(LARGEST);
});
