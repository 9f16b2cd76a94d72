/** Size of the prebuilt extension's JavaScript, in bytes after gzip, as servers and caches see it. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../../setup/project.mjs';

/** The page without a front end, which shares no module with JupyterLab. */
const PAGE = join(ROOT, 'jupyter_azure_auth', 'server', 'page', 'static');
const STATIC = join(ROOT, 'jupyter_azure_auth', 'labextension', 'static');

/** In bytes; a kB has 1000. */
export const LIMITS = { eager: 13_050, msal: 43_100, all: 106_200, page: 238_500 };

/** Loaded by the redirect page alone, never by JupyterLab. */
const REDIRECT_PAGE = new Set(['redirect.js', 'msal-redirect-bridge.min.js']);

/**
 * @returns {Promise<string[]>} A sentence for each limit that is passed.
 */
export async function checkBundle() {
  const { eager, msal, all, page } = await measureBundle();
  return [
    ...over('What loads with every page', eager, LIMITS.eager),
    ...over('The chunk of MSAL.js', msal, LIMITS.msal),
    ...over('All scripts together', all, LIMITS.all),
    ...over('The page without a front end', page, LIMITS.page)
  ];
}

/**
 * @returns {Promise<Record<keyof typeof LIMITS, number>>} In bytes after gzip.
 */
export async function measureBundle() {
  const files = await scripts(STATIC);
  const eager = new Set(
    eagerChunks(files.find(({ name }) => name.startsWith('remoteEntry.'))?.code)
  );
  const isEager = (/** @type {string} */ name) =>
    name.startsWith('remoteEntry.') || name === 'style.js' || eager.has(name.split('.')[0] ?? '');
  const sum = (/** @type {(file: {name: string, code: string}) => boolean} */ counts) =>
    files.filter(counts).reduce((total, { size }) => total + size, 0);
  return {
    eager: sum(({ name }) => isEager(name)),
    msal: sum(({ name, code }) => !isEager(name) && code.includes('acquireTokenSilentAsync')),
    all: sum(({ name }) => !REDIRECT_PAGE.has(name)),
    page: (await scripts(PAGE)).reduce((total, { size }) => total + size, 0)
  };
}

/** @param {string} folder */
async function scripts(folder) {
  const names = (await readdir(folder)).filter(name => name.endsWith('.js'));
  return Promise.all(
    names.map(async name => {
      const code = await readFile(join(folder, name));
      return { name, code: code.toString(), size: gzipSync(code, { level: 9 }).length };
    })
  );
}

/**
 * The container names the chunks that make up the plugins.
 *
 * @param {string} [entry] - Code of remoteEntry.js.
 * @returns {string[]} Names without hash.
 */
function eagerChunks(entry = '') {
  const exposed = entry.match(/"\.\/index":.*?"\.\/extension":[^}]*?\}/s)?.[0];
  if (exposed === undefined) {
    throw new Error('remoteEntry.js has another form than this was written for.');
  }
  return [...exposed.matchAll(/\.e\("?([\w-]+)"?\)/g)].map(([, chunk]) => String(chunk));
}

/**
 * @param {string} what
 * @param {number} size
 * @param {number} limit
 */
function over(what, size, limit) {
  // Zero is as wrong as too much: then the wrong files are measured.
  return size > 0 && size <= limit ? [] : [`${what}: ${size} bytes after gzip, at most ${limit}.`];
}
