/**
 * `npm run generate`: writes what Python and TypeScript read from `catalog/`, the only place that
 * says
 * what an error means. `npm run check` compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { errorModules, errorTable } from './catalog-errors.mjs';
import { entraList, entraModules } from './catalog-entra.mjs';
import { ROOT } from './project.mjs';

const PAGE = 'docs/troubleshooting.md';

/** @returns {Promise<ReadonlyMap<string, string>>} The text of each generated file. */
async function generate() {
  const read = async (/** @type {string} */ name) =>
    JSON.parse(await readFile(join(ROOT, 'catalog', name), 'utf8'));
  const entra = await read('aadsts-numbers.json');
  const errors = await read('errors.json');
  const page = [
    { name: 'entra', text: entraList(entra) },
    { name: 'codes', text: errorTable(errors) }
  ].reduce(
    (before, { name, text }) => replaced(before, name, text),
    await readFile(join(ROOT, PAGE), 'utf8')
  );
  return new Map(Object.entries({ ...entraModules(entra), ...errorModules(errors), [PAGE]: page }));
}

/**
 * @param {string} page
 * @param {string} name - Of the part between two comments.
 * @param {string} text
 */
function replaced(page, name, text) {
  const [before, rest = ''] = page.split(`<!-- generated: ${name} -->\n`);
  const [, after] = rest.split(`<!-- end: ${name} -->\n`);
  if (after === undefined) {
    throw new Error(`${PAGE} has no part "${name}".`);
  }
  return `${before}<!-- generated: ${name} -->\n\n${text}\n<!-- end: ${name} -->\n${after}`;
}

/** @returns {Promise<string[]>} A sentence for each generated file that is outdated. */
export async function checkCatalog() {
  const wrong = [];
  for (const [path, text] of await generate()) {
    if ((await readFile(join(ROOT, path), 'utf8').catch(() => '')) !== text) {
      wrong.push(`${path} is outdated: npm run generate.`);
    }
  }
  return wrong;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of await generate()) {
    await writeFile(join(ROOT, path), text);
    console.log(path);
  }
}
