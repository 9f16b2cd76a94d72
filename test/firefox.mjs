import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe'
];

/** @returns {string | undefined} Path of Firefox, from `FIREFOX_PATH` or a well-known place. */
export function findFirefox() {
  return process.env['FIREFOX_PATH'] ?? PLACES.find(existsSync);
}

/** Says that the tests in Firefox do not run, where there is none. It cannot be downloaded. */
export async function reportMissingFirefox() {
  if (findFirefox() === undefined) {
    console.log('  Not run: test/e2e/firefox*.spec.ts. Firefox is not installed here.');
  }
}
