/** A page of the documentation that is a table, made from comments of the tests. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../../setup/command.mjs';
import { ROOT } from '../../setup/project.mjs';

/**
 * @typedef {object} Page
 * @property {string} text
 * @property {string[]} wrong - A sentence for each malformed comment.
 */

/**
 * @template Found
 * @param {(path: string, text: string) => Found[]} read - Reads the comments of one file.
 * @returns {Promise<Found[]>} What all tests say, without the examples in the tests of these checks.
 */
export async function readTests(read) {
  const list = await mustRun('git ls-files', 'git', [
    ...['ls-files', '-co', '--exclude-standard', '--', 'test']
  ]);
  const paths = list
    .trim()
    .split('\n')
    .filter(path => /\.(py|ts|tsx|mjs)$/.test(path) && !path.startsWith('test/check/'));
  const found = await Promise.all(
    paths.map(async path =>
      // Deleted, and not committed yet.
      read(path, await readFile(join(ROOT, path), 'utf8').catch(() => ''))
    )
  );
  return found.flat();
}

/**
 * @param {readonly string[]} columns
 * @param {readonly (readonly string[])[]} rows
 * @returns {string} A table in Markdown, without the last line break.
 */
export function table(columns, rows) {
  return [columns, columns.map(() => '---'), ...rows]
    .map(row => `| ${row.join(' | ')} |`)
    .join('\n');
}

/**
 * @param {string} file - Below the root.
 * @param {Page} page
 * @returns {Promise<string[]>} What is wrong with the page, if anything.
 */
export async function checkPage(file, { text, wrong }) {
  if (wrong.length > 0) {
    return wrong;
  }
  const current = await readFile(join(ROOT, file), 'utf8').catch(() => '');
  return current === text ? [] : [`${file} is outdated: npm run situations.`];
}

/**
 * Writes the page, and says what is wrong with it.
 *
 * @param {string} file - Below the root.
 * @param {Page} page
 */
export async function writePage(file, { text, wrong }) {
  await writeFile(join(ROOT, file), text);
  console.log(wrong.join('\n') || `${text.split('\n').length} lines`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
