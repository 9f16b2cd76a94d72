/**
 * Puts the redirect page into the prebuilt extension, where every Jupyter server serves it without
 * login. The builder empties that folder, so this comes after it.
 */
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '../../jupyter_azure_auth/labextension/static');
// The package exports only its modules; the ready-made script is next to them.
const msal = dirname(createRequire(import.meta.url).resolve('@azure/msal-browser/package.json'));

const files = [
  join(msal, 'lib/redirect-bridge/msal-redirect-bridge.min.js'),
  join(here, 'redirect.js'),
  // Last: exists once a build is complete.
  join(here, 'redirect.html')
];

for (const file of files) {
  await copyFile(file, join(target, basename(file)));
}
