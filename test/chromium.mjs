import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
];

/**
 * Find a browser that is already there: Playwright's own cannot be downloaded everywhere.
 *
 * @returns {string | undefined} its path, from `CHROMIUM_PATH` or a well-known place; undefined to
 *   let Playwright use the one it has installed.
 */
export function findChromium() {
  return process.env['CHROMIUM_PATH'] ?? PLACES.find(existsSync);
}
