import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, npm } from './command.mjs';
import { fingerprint, readFingerprint } from './fingerprint.mjs';
import { step } from './progress.mjs';
import { ROOT } from './project.mjs';

const SOURCES = [
  'src',
  'style',
  'schema',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'setup/bundler',
  'setup/page.mjs'
];

/** A file that exists only after a complete build. */
const LAST = join(ROOT, 'jupyter_azure_auth/labextension/static/redirect.html');

/** Builds the extension as it is released, if its sources have changed. */
export async function ensureBuild() {
  // In a folder that `npm run clean` removes.
  const stamp = join(ROOT, 'lib', 'built-from');
  const wanted = await fingerprint(SOURCES);
  if (existsSync(LAST) && (await readFingerprint(stamp)) === wanted) {
    return;
  }
  await step('Building the extension', () =>
    mustRun('The build', ...npm(['run', '--silent', 'build:prod']))
  );
  await writeFile(stamp, wanted);
}
