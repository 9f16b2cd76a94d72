/**
 * The local authority and Azure Resource Manager at the addresses of the real ones, for what knows no others: over TLS,
 * reached through a proxy (`HTTPS_PROXY`) or a browser's resolver rules, and trusted through a CA file. Nothing of the
 * product has to know.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { ARM_HOSTS } from './arm.mjs';
import { makeCertificate } from './certificate.mjs';
import { startConnectProxy } from './connect-proxy.mjs';
import { listen } from './listen.mjs';
import { STORAGE_HOST } from './storage.mjs';

const HOST = 'login.microsoftonline.com';
const HOSTS = [HOST, ...ARM_HOSTS];

/**
 * @typedef {object} RealHost
 * @property {number} tlsPort - On 127.0.0.1, for Chromium's `--host-resolver-rules`.
 * @property {string} proxyUrl - For `HTTPS_PROXY`. It refuses every other host.
 * @property {string} caFile - For `REQUESTS_CA_BUNDLE`: this host's CA, and the storage's.
 * @property {() => string[]} refused - Where else the proxy was asked to go: empty in a test that talks to loopback only.
 * @property {() => Promise<void>} stop
 */

/**
 * @param {object} options
 * @param {string} options.folder - For the certificate.
 * @param {{accountUrl: string, caFile: string}} options.storage
 * @param {(origin: string) => import('./authority.mjs').Listener} options.listenerAs - Of the authority.
 * @param {import('./authority.mjs').Listener} options.arm
 * @returns {Promise<RealHost>}
 */
export async function startRealHost({ folder, storage, listenerAs, arm }) {
  const { certFile, keyFile } = await makeCertificate(folder, 'authority', HOSTS);
  const [cert, key, storageCa] = await Promise.all(
    [certFile, keyFile, storage.caFile].map(file => readFile(file, 'utf8'))
  );
  const caFile = join(folder, 'all-cas.pem');
  await writeFile(caFile, `${cert}\n${storageCa}`);
  const front = await listen('127.0.0.1', 0, createServer({ cert, key }));
  const serve = listenerAs(`https://${HOST}`);
  front.serve((request, response) => {
    if (request.headers.host !== HOST) {
      arm(request, response);
      return;
    }
    // Parts a sign-in window from the page that opened it, which must not depend on seeing it.
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    serve(request, response);
  });
  const proxy = await startConnectProxy({
    ...Object.fromEntries(HOSTS.map(host => [`${host}:443`, front.port])),
    [`${STORAGE_HOST}:443`]: Number(new URL(storage.accountUrl).port)
  });
  return {
    tlsPort: front.port,
    proxyUrl: proxy.url,
    caFile,
    refused: proxy.refused,
    stop: async () => void (await Promise.all([proxy.stop(), front.stop()]))
  };
}
