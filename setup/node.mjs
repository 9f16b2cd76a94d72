import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, npm } from './command.mjs';
import { Failure } from './failure.mjs';
import { step } from './progress.mjs';
import { ROOT } from './project.mjs';

const OLDEST = 20;

/**
 * @param {string} [version] - E.g. `20.11.1`.
 * @throws {Failure}
 */
export function requireNode(version = process.versions.node) {
  if (Number(version.split('.')[0]) < OLDEST) {
    throw new Failure(`Node ${OLDEST} or newer is required. This is ${version}.`);
  }
}

/** Installs the packages of the lock file if any is missing. */
export async function ensureNodePackages() {
  if (await isInstalled()) {
    return;
  }
  // Playwright downloads a browser only if none is found (setup/chromium.mjs).
  const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' };
  await step('Installing the Node packages (a minute or two)', () =>
    mustRun('npm ci', ...npm(['ci', '--no-audit', '--no-fund']), { env })
  );
}

/** Compares the lock file with npm's record of the installed packages. */
async function isInstalled() {
  const wanted = await packages('package-lock.json');
  const there = await packages('node_modules/.package-lock.json').catch(() => null);
  return (
    there !== null &&
    Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || optional === true || there[path]?.version === version
    )
  );
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, {version?: string, optional?: boolean}>>} By path below the root.
 */
async function packages(file) {
  return JSON.parse(await readFile(join(ROOT, file), 'utf8')).packages;
}
