import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environment, program } from '../../setup/project.mjs';
import {
  HandBrowser,
  askDeviceCode,
  askToken,
  claimsOf,
  control,
  credentials,
  formAction
} from './scripted-sign-in.mjs';
import { DEVICE_GRANT } from './device-code-endpoint.mjs';
import { withLocalAzure } from './with-local-azure.mjs';
import { AZURE_CLI } from './registrations.mjs';
import { contoso, userNamed } from './users.mjs';

const PROGRAM = fileURLToPath(new URL('./device_code_sign_in.py', import.meta.url));
const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));
const carol = /** @type {import('./users.mjs').User} */ (userNamed('carol@fabrikam.com'));

/** @type {import('./local-azure.mjs').LocalAzure} */
let azure;
withLocalAzure(started => (azure = started));

/** @param {Record<string, any>} code @param {{client_id?: string}} [changes] */
function poll({ device_code }, changes = {}) {
  const fields = { grant_type: DEVICE_GRANT, client_id: AZURE_CLI.id, device_code, ...changes };
  return askToken(azure, fields, { tenant: 'organizations', origin: undefined });
}

/** @param {Record<string, any>} code */
async function refusalOf(code) {
  const { status, body } = await poll(code);
  const number = /^AADSTS\d+/.exec(body.error_description)?.[0];
  return [status, body.error, ...(number ? [number] : [])];
}

/**
 * @param {Record<string, any>} code
 * @param {HandBrowser} [browser]
 */
function type({ verification_uri: page, user_code: otc }, browser = new HandBrowser()) {
  return browser.visit(page, { otc });
}

/**
 * @param {Record<string, any>} code
 * @param {{user?: import('./users.mjs').User, answer?: 'accept' | 'cancel'}} [options]
 * @returns {Promise<string>} The last page.
 */
async function goThrough(code, { user = alice, answer = 'accept' } = {}) {
  const browser = new HandBrowser();
  const signIn = await type(code, browser);
  const asked = await browser.visit(formAction(azure, signIn.html), credentials(user));
  if (!asked.html.includes('value="accept"')) {
    return asked.html;
  }
  assert.match(asked.html, /Are you trying to sign in to Microsoft Azure CLI\?/);
  return (await browser.visit(formAction(azure, asked.html), { action: answer })).html;
}

test('MSAL for Python signs in with a code, by proxy and CA alone', async () => {
  await control(azure, 'settings', { deviceCodeIntervalSeconds: 1 });
  const { proxyUrl, caFile } = azure.realHost;
  const { stdout } = await promisify(execFile)(
    program('python'),
    [PROGRAM, alice.username, alice.password],
    { env: environment({ HTTPS_PROXY: proxyUrl, REQUESTS_CA_BUNDLE: caFile }) }
  );
  const { tokens, ...told } = JSON.parse(stdout);
  assert.deepEqual(told, {
    page: 'https://login.microsoftonline.com/common/oauth2/deviceauth',
    last: ['Microsoft Azure CLI'],
    error: null,
    username: alice.username,
    issuer: `https://login.microsoftonline.com/${contoso.id}/v2.0`
  });
  assert.deepEqual(
    tokens.map((/** @type {string} */ token) => claimsOf(token).aud),
    ['https://storage.azure.com', 'https://management.azure.com']
  );
  assert.deepEqual(azure.realHost.refused(), []);
  const { userCodes, deviceCodes } = await control(azure, 'secrets');
  assert.deepEqual([userCodes.length, deviceCodes.length], [1, 1]);
});

describe('a device code', () => {
  test('has the fields of Entra', async () => {
    const { status, body } = await askDeviceCode(azure);
    const { user_code: userCode, device_code: deviceCode, message, ...rest } = body;
    assert.equal(status, 200);
    assert.match(userCode, /^[A-Z2-9]{9}$/);
    assert.ok(deviceCode.length > 100);
    assert.ok(message.includes(userCode) && message.includes(rest.verification_uri));
    const page = new URL('/common/oauth2/deviceauth', azure.controlUrl).href;
    assert.deepEqual(rest, { verification_uri: page, expires_in: 900, interval: 5 });
  });

  test('is for native apps of a tenant that exists', async () => {
    const tries = [
      await askDeviceCode(azure, { tenant: 'nowhere.test' }),
      await askDeviceCode(azure, { client_id: azure.clientId }),
      await askDeviceCode(azure, { client_id: contoso.id })
    ];
    assert.deepEqual(
      tries.map(({ status, body }) => [status, /^AADSTS\d+/.exec(body.error_description)?.[0]]),
      [
        [400, 'AADSTS90002'],
        [400, 'AADSTS7000218'],
        [400, 'AADSTS700016']
      ]
    );
  });

  test('is redeemed once, by its own client, after the user has entered it', async () => {
    await control(azure, 'settings', { deviceCodeIntervalSeconds: 1 });
    const { body: code } = await askDeviceCode(azure);
    assert.match(await goThrough(code, { user: carol }), /You have signed in to the Microsoft/);
    const stolen = await poll(code, { client_id: azure.clientId });
    assert.equal(stolen.status, 400);
    const { status, body } = await poll(code);
    assert.equal(status, 200);
    assert.equal(claimsOf(body.access_token).upn, carol.username);
    assert.equal(claimsOf(body.access_token).appid, AZURE_CLI.id);
    assert.ok(body.refresh_token);
  });

  test('is pending until then, and slows down a client that polls too often', async () => {
    const { body: code } = await askDeviceCode(azure);
    assert.deepEqual(await refusalOf(code), [400, 'authorization_pending', 'AADSTS70016']);
    assert.deepEqual(await refusalOf(code), [400, 'slow_down']);
  });

  test('ends', async context => {
    const { body: code } = await askDeviceCode(azure);
    context.mock.timers.enable({ apis: ['Date'], now: Date.now() + 901_000 });
    assert.deepEqual(await refusalOf(code), [400, 'expired_token', 'AADSTS70020']);
    assert.match((await type(code)).html, /That code didn’t work/);
  });

  test('is unknown if it was made up', async () => {
    const made = { device_code: 'made-up', user_code: 'MADEUPXYZ' };
    assert.deepEqual(await refusalOf(made), [400, 'bad_verification_code', 'AADSTS70018']);
  });

  test('can be typed once', async () => {
    const { body: code } = await askDeviceCode(azure);
    await goThrough(code);
    const { status, html } = await type(code);
    assert.equal(status, 400);
    assert.match(html, /That code didn’t work/);
  });

  test('can be declined', async () => {
    const { body: code } = await askDeviceCode(azure);
    await goThrough(code, { answer: 'cancel' });
    assert.deepEqual(await refusalOf(code), [400, 'authorization_declined']);
  });
});

describe('a policy against device codes', () => {
  for (const number of ['AADSTS53003', 'AADSTS530033', 'AADSTS530003']) {
    test(`is reported on the page and to the app: ${number}`, async () => {
      await control(azure, 'settings', { nextDeviceError: { number, appIsTold: true } });
      const { body: code } = await askDeviceCode(azure);
      assert.match(await goThrough(code), new RegExp(`${number}:`));
      assert.deepEqual(await refusalOf(code), [400, 'invalid_grant', number]);
    });
  }

  test('is reported on the page only', async () => {
    const number = 'AADSTS53003';
    await control(azure, 'settings', { nextDeviceError: { number, appIsTold: false } });
    const { body: code } = await askDeviceCode(azure);
    assert.match(await goThrough(code), /AADSTS53003:/);
    assert.deepEqual(await refusalOf(code), [400, 'authorization_pending', 'AADSTS70016']);
  });
});
