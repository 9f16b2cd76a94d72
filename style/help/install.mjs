/**
 * Makes the help page of `docs/troubleshooting.md`, one entry for each code, and puts it into the
 * prebuilt extension: it fits the installed version, and needs no other host.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpPage } from './help-page.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const TARGET = join(ROOT, 'jupyter_azure_auth/labextension/static');

const document = await readFile(join(ROOT, 'docs/troubleshooting.md'), 'utf8');
await mkdir(TARGET, { recursive: true });
await writeFile(join(TARGET, 'help.html'), helpPage(document));
