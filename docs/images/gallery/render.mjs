/**
 * `node docs/images/gallery/render.mjs`: pictures of every state of the panel (at its least width,
 * 250 px) and of the card under a cell, and of ten errors of Entra, in JupyterLab's light and dark
 * theme, for `docs/dev/gallery.md`. They are real components, rendered by jest; see
 * `test/unit/panel/states.tsx` for the states.
 */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { mustRun } from '../../../setup/command.mjs';
import { runMain } from '../../../setup/failure.mjs';
import { environment, ROOT, VENV } from '../../../setup/project.mjs';
import { findHeadlessShell } from '../../../test/chromium.mjs';

/** @typedef {{ title: string, panel: string, card: string }} Shown */

const FOLDER = join(ROOT, 'docs', 'images', 'gallery');
const THEMES = join(VENV, 'share', 'jupyter', 'lab', 'themes', '@jupyterlab');

/** Larger pictures are hard to look at. */
const PER_PICTURE = 16;

/** Of WebP, at which texts can be read. */
const QUALITY = 25;

await runMain(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gallery-'));
  try {
    await render(folder);
    for (const theme of ['light', 'dark']) {
      for (const kind of ['state', 'error']) {
        const all = await read(folder, kind);
        for (let first = 0; first < all.length; first += PER_PICTURE) {
          const html = await pageOf(all.slice(first, first + PER_PICTURE), theme);
          const path = join(FOLDER, `${kind}s-${theme}-${first / PER_PICTURE + 1}.webp`);
          await writeFile(path, await pictureOf(html));
          console.log(path);
        }
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

/**
 * Return a whole page as WebP, which Playwright's own function does not write.
 *
 * @param {string} html
 */
async function pictureOf(html) {
  const executablePath = findHeadlessShell();
  // A browser for each: one that has taken some fails with "Unable to capture screenshot".
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox']
  });
  try {
    const page = await browser.newPage({ viewport: { width: 2000, height: 600 } });
    await page.setContent(html);
    const session = await page.context().newCDPSession(page);
    const { data } = await session.send('Page.captureScreenshot', {
      ...{ format: 'webp', quality: QUALITY, captureBeyondViewport: true }
    });
    return Buffer.from(data, 'base64');
  } finally {
    await browser.close();
  }
}

/** @param {string} folder - For files in between. */
async function render(folder) {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const match = '/docs/images/gallery/.*render[.]tsx$';
  await mustRun('The rendering', process.execPath, [jest, '--testRegex', match], {
    env: environment({ GALLERY_FOLDER: folder }),
    limitSeconds: 300
  });
}

/**
 * @param {string} folder
 * @param {string} kind - `state` or `error`.
 * @returns {Promise<Shown[]>}
 */
async function read(folder, kind) {
  const names = (await readdir(folder)).filter(name => name.startsWith(kind)).sort();
  return Promise.all(
    names.map(async name => JSON.parse(await readFile(join(folder, name), 'utf8')))
  );
}

/**
 * @param {Shown[]} all
 * @param {string} theme
 */
async function pageOf(all, theme) {
  const styles = await Promise.all([
    readFile(join(THEMES, `theme-${theme}-extension`, 'index.css'), 'utf8'),
    ...['kernel-account', 'select', 'folded', 'panel'].map(name =>
      readFile(join(ROOT, 'style', `${name}.raw.css`), 'utf8')
    )
  ]);
  const figures = all.map(
    ({ title, panel, card }) => `<figure>
      <figcaption>${title}</figcaption>
      <div class="jp-AzurePanel side">${panel}</div>
      <div class="cell">${card}</div>
    </figure>`
  );
  return `<style>${styles.join('\n')}
    body { margin: 0; padding: 16px; background: var(--jp-layout-color0); }
    main { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px; }
    figure { display: grid; grid-template-columns: 250px 1fr; gap: 12px; margin: 0; align-items: start; align-content: start; }
    figcaption { grid-column: 1 / 3; color: var(--jp-ui-font-color1); font: 12px sans-serif; }
    .side { border: 1px solid var(--jp-border-color1); }
  </style><main>${figures.join('')}</main>`;
}
