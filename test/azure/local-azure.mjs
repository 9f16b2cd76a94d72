/** The local Azure that the demo and all tests use: an Entra-like authority and blob storage that checks its tokens. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeArm } from './arm.mjs';
import { startAuthority } from './authority.mjs';
import { openIdConfiguration } from './discovery.mjs';
import { startRealHost } from './real-host.mjs';
import { DEFAULT_REDIRECT_PATHS, SINGLE_PAGE_APP } from './registrations.mjs';
import { startStorage } from './storage.mjs';
import { contoso, tenants, users } from './users.mjs';

/**
 * @typedef {object} Options
 * @property {string} [folder] - For certificates and blobs. Default: a new one, removed by `stop`.
 * @property {number} [authorityPort] - 0, the default: any free one.
 * @property {number} [storagePort] - 0, the default: any free one.
 * @property {readonly string[]} [redirectPaths] - Paths that a redirect URI on localhost may have; any port.
 */

/**
 * @typedef {object} Description
 * @property {string} clientId - Of the single-page app.
 * @property {string} authority - `https://localhost:<port>/<contoso>`: https in name only, MSAL.js wants it so.
 * @property {ReturnType<typeof openIdConfiguration>} authorityMetadata - For MSAL.js; its endpoints are plain http.
 * @property {import('./users.mjs').User[]} users
 * @property {import('./users.mjs').Tenant[]} tenants
 * @property {{accountUrl: string, caFile: string}} storage
 * @property {string} controlUrl - `http://localhost:<port>/_local`.
 * @property {Omit<import('./real-host.mjs').RealHost, 'stop'>} realHost - The same authority at the address of the real one.
 */

/** @typedef {Description & {stop: () => Promise<void>}} LocalAzure */

/**
 * @param {Options} [options]
 * @returns {Promise<LocalAzure>} Everything listens. `stop` may be called twice.
 */
export async function startLocalAzure({
  folder,
  authorityPort = 0,
  storagePort = 0,
  redirectPaths = DEFAULT_REDIRECT_PATHS
} = {}) {
  const scratch = folder ?? (await mkdtemp(join(tmpdir(), 'local-azure-')));
  await mkdir(scratch, { recursive: true });
  /** What to undo, the last first. @type {(() => Promise<void>)[]} */
  const started = [
    async () => (folder === undefined ? rm(scratch, { recursive: true, force: true }) : undefined)
  ];
  const stopAll = async () => {
    for (const stop of started.splice(0).reverse()) {
      await stop();
    }
  };
  try {
    const authority = await startAuthority({ port: authorityPort, redirectPaths });
    started.push(authority.stop);
    const storage = await startStorage({ folder: scratch, port: storagePort });
    started.push(storage.stop);
    const { stop, ...realHost } = await startRealHost({
      folder: scratch,
      storage,
      listenerAs: authority.listenerAs,
      arm: makeArm(authority.books)
    });
    started.push(stop);
    /** @type {Promise<void> | undefined} */
    let stopped;
    return {
      ...describe(authority.origin, storage),
      realHost,
      stop: () => (stopped ??= stopAll())
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/**
 * @param {string} origin
 * @param {{accountUrl: string, caFile: string}} storage
 * @returns {Omit<Description, 'realHost'>}
 */
function describe(origin, { accountUrl, caFile }) {
  return {
    clientId: SINGLE_PAGE_APP.id,
    authority: `${origin.replace('http:', 'https:')}/${contoso.id}`,
    authorityMetadata: openIdConfiguration(origin, '{tenantid}'),
    users,
    tenants,
    storage: { accountUrl, caFile },
    controlUrl: `${origin}/_local`
  };
}
