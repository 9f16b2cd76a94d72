import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
];

/** Chromium without windows, toolbars and their pages: a page costs a quarter less CPU. */
const SHELL = '/usr/bin/chromium-headless-shell';

/**
 * Finds what most tests run in. It blocks no windows.
 *
 * @returns {string | undefined} As of `findChromium`, which it falls back to.
 */
export function findHeadlessShell() {
  const usable = process.env['CHROMIUM_PATH'] === undefined && existsSync(SHELL);
  return usable ? SHELL : findChromium();
}

/**
 * Find a browser that is already there: Playwright's own cannot be downloaded everywhere.
 *
 * @returns {string | undefined} its path, from `CHROMIUM_PATH` or a well-known place; undefined to
 *   let Playwright use the one it has installed.
 */
export function findChromium() {
  return process.env['CHROMIUM_PATH'] ?? PLACES.find(existsSync);
}
