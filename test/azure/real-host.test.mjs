import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environment, program } from '../../setup/project.mjs';
import { claimsOf, control } from './scripted-sign-in.mjs';
import { startLocalAzure } from './local-azure.mjs';
import { contoso, userNamed } from './users.mjs';

const PROGRAM = fileURLToPath(new URL('./real_host_sign_in.py', import.meta.url));
const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));

/** @type {import('./local-azure.mjs').LocalAzure} */
let azure;
before(async () => {
  azure = await startLocalAzure();
});
after(() => azure.stop());

/**
 * @param {string} destination - `host:port`, as a client of the proxy says it.
 * @returns {Promise<string>} The first line of the proxy's answer.
 */
async function askProxy(destination) {
  const { hostname, port } = new URL(azure.realHost.proxyUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`CONNECT ${destination} HTTP/1.1\r\nhost: ${destination}\r\n\r\n`);
  for await (const chunk of socket) {
    return String(chunk).split('\r\n')[0] ?? '';
  }
  return '';
}

test('unmodified MSAL for Python signs in, with only a proxy and a CA', async () => {
  const { proxyUrl, caFile } = azure.realHost;
  const { stdout } = await promisify(execFile)(
    program('python'),
    [PROGRAM, alice.username, alice.password],
    { env: environment({ HTTPS_PROXY: proxyUrl, REQUESTS_CA_BUNDLE: caFile }) }
  );
  const { tokens, ...told } = JSON.parse(stdout);
  assert.deepEqual(told, {
    address: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    error: null,
    username: alice.username,
    issuer: `https://login.microsoftonline.com/${contoso.id}/v2.0`
  });
  assert.deepEqual(
    tokens.map((/** @type {string} */ token) => claimsOf(token).aud),
    ['https://storage.azure.com', 'https://management.azure.com']
  );
  assert.deepEqual(azure.realHost.refused(), []);
  // The books are those of the one authority.
  const { accessTokens } = await control(azure, 'secrets');
  assert.deepEqual(accessTokens, tokens);
});

describe('the proxy', () => {
  test('leads only to the authority, and logs each requested host', async () => {
    const known = 'login.microsoftonline.com:443';
    assert.match(await askProxy(known), /^HTTP\/1\.1 200 /);
    const elsewhere = ['login.microsoftonline.com:80', 'graph.microsoft.com:443', 'localhost:80'];
    for (const destination of elsewhere) {
      assert.match(await askProxy(destination), /^HTTP\/1\.1 403 /);
    }
    assert.deepEqual(azure.realHost.refused(), elsewhere);
  });
});

test('the CA file vouches for the authority and the storage', async () => {
  const text = await readFile(azure.realHost.caFile, 'utf8');
  const [first = '', second = ''] = text.split(/(?<=-----END CERTIFICATE-----)/);
  assert.ok(new X509Certificate(first).checkHost('login.microsoftonline.com'));
  assert.ok(new X509Certificate(second).checkIP('127.0.0.1'));
  assert.equal(new X509Certificate(second).checkHost('login.microsoftonline.com'), undefined);
});
