import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './project.mjs';

/**
 * @param {readonly string[]} paths - Files and folders below the root.
 * @param {string} [more] - Any other input.
 * @returns {Promise<string>} A hash that changes if any input changes.
 */
export async function fingerprint(paths, more = '') {
  const hash = createHash('sha256').update(more);
  for (const path of await allFiles(paths)) {
    hash.update(`\n${path}\n`).update(await readFile(join(ROOT, path)));
  }
  return hash.digest('hex');
}

/**
 * @param {string} file - The file of an earlier fingerprint.
 * @returns {Promise<string | null>} Null if there is none.
 */
export async function readFingerprint(file) {
  return readFile(file, 'utf8').catch(() => null);
}

/**
 * @param {readonly string[]} paths
 * @returns {Promise<string[]>} The files, sorted.
 */
async function allFiles(paths) {
  const found = await Promise.all(
    paths.map(async path =>
      (await stat(join(ROOT, path))).isDirectory()
        ? allFiles((await readdir(join(ROOT, path))).map(name => `${path}/${name}`))
        : [path]
    )
  );
  return found.flat().sort();
}
