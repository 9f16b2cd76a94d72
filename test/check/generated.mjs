/**
 * Source files of the page that are made from the tables in JSON, which Python reads, too: one
 * definition for both languages.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { ROOT } from '../../setup/project.mjs';

const COMMAND = 'npm run generate';

/**
 * @typedef {object} CloudTable
 * @property {readonly string[]} login_hosts
 * @property {string} resource_manager
 * @property {string} resource_manager_v1_audience
 * @property {string} azureml_audience
 * @property {string} storage_suffix
 * @property {Readonly<Record<string, string>>} audiences
 */

/** @type {readonly { from: string, to: string, render: (table: any, clouds: any) => string }[]} */
const FILES = [
  { from: 'jupyter_azure_auth/clouds.json', to: 'src/auth/clouds.ts', render: renderClouds },
  {
    from: 'jupyter_azure_auth/validation.json',
    to: 'src/auth/validation-rules.ts',
    render: renderRules
  }
];

/** @returns {Promise<string[]>} A sentence for each file that is outdated. */
export async function checkGenerated() {
  const found = await Promise.all(
    FILES.map(async file => {
      const current = await readFile(join(ROOT, file.to), 'utf8').catch(() => '');
      return current === (await generate(file)) ? [] : [`${file.to} is outdated: ${COMMAND}.`];
    })
  );
  return found.flat();
}

/** @param {typeof FILES[number]} file */
async function generate({ from, to, render }) {
  const table = JSON.parse(await readFile(join(ROOT, from), 'utf8'));
  const options = await prettier.resolveConfig(join(ROOT, to));
  const clouds = JSON.parse(await readFile(join(ROOT, FILES[0]?.from ?? ''), 'utf8'));
  const text = `/** Generated from \`${from}\` by \`${COMMAND}\`. */\n\n${render(table, clouds)}`;
  return prettier.format(text, { ...options, filepath: to });
}

/** @param {Readonly<Record<string, CloudTable>>} clouds */
function renderClouds(clouds) {
  const all = Object.values(clouds);
  const names = Object.keys(all[0]?.audiences ?? {});
  const hosts = names.map(name => [
    name,
    unique([
      ...all.flatMap(({ audiences }) => hostOf(audiences[name])),
      ...(name === 'arm'
        ? all.flatMap(cloud => [
            hostOf(cloud.resource_manager),
            hostOf(cloud.resource_manager_v1_audience)
          ])
        : [])
    ])
  ]);
  hosts.push(['azureml', all.map(cloud => hostOf(cloud.azureml_audience))]);
  const login = Object.entries(clouds).map(
    ([
      name,
      {
        login_hosts: [host]
      }
    ]) => [name, host]
  );
  return `
/** Clouds by the names of the Azure CLI, the default first, with the hosts of their authorities. */
export const LOGIN_HOSTS: ReadonlyMap<string, string> = new Map(${JSON.stringify(login)});

/** Last parts of the addresses of storage accounts. */
export const STORAGE_SUFFIXES = ${JSON.stringify(all.map(cloud => cloud.storage_suffix))};

/** Hosts of Resource Manager, by cloud. */
export const RESOURCE_MANAGERS = ${JSON.stringify(all.map(cloud => hostOf(cloud.resource_manager)))};

/** Hosts of resources in all clouds, by the short names of the Python package. */
export const RESOURCE_HOSTS = ${JSON.stringify(Object.fromEntries(hosts))};
`;
}

/**
 * @param {Readonly<Record<string, unknown>>} rules - Strings are patterns of whole values.
 * @param {Readonly<Record<string, CloudTable>>} clouds
 */
function renderRules(rules, clouds) {
  const lines = Object.entries(rules).map(([name, rule]) => {
    const value = typeof rule === 'string' ? `/^(?:${rule})$/u` : JSON.stringify(rule);
    return `export const ${name.toUpperCase()} = ${value};`;
  });
  const graph = Object.values(clouds)[0]?.audiences['graph'];
  return `${lines.join('\n')}

/** Of scopes without one. */
export const DEFAULT_RESOURCE = ${JSON.stringify(graph)};`;
}

/** @param {string} [address] */
function hostOf(address = '') {
  return new URL(address).hostname;
}

/** @param {readonly string[]} values */
function unique(values) {
  return [...new Set(values)];
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of FILES) {
    await writeFile(join(ROOT, file.to), await generate(file));
    console.log(file.to);
  }
}
