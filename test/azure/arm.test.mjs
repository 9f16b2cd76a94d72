import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { request as httpsRequest } from 'node:https';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { ML, describeTenant, subscriptions } from './arm-resources.mjs';
import { callerOf } from './arm-token.mjs';
import { ARM, STORAGE, control, signIn } from './scripted-sign-in.mjs';
import { withLocalAzure } from './with-local-azure.mjs';
import { contoso, userNamed } from './users.mjs';

const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));
const [ours, theirs] = subscriptions;
const V1 = 'https://management.core.windows.net//.default';

/** @type {import('./local-azure.mjs').LocalAzure} */
let azure;
withLocalAzure(started => (azure = started));

/**
 * @param {string} path
 * @param {string} [token]
 * @param {string} [host]
 * @returns {Promise<{status: number, body: any, challenge: string}>}
 */
async function ask(path, token, host = 'management.azure.com') {
  const ca = await readFile(azure.realHost.caFile);
  const headers = { host, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const options = { ca, headers, servername: host, agent: false, port: azure.realHost.tlsPort };
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ host: '127.0.0.1', path, ...options }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: JSON.parse(text),
          challenge: response.headers['www-authenticate'] ?? ''
        })
      );
    });
    request.on('error', reject).end();
  });
}

/** @param {string} [scope] */
async function token(scope = ARM) {
  return (await signIn(azure, alice, { scope })).access_token;
}

describe('Azure Resource Manager', () => {
  for (const scope of [ARM, V1]) {
    test(`lists the subscriptions of the tenant to a token for ${scope}`, async () => {
      const { status, body } = await ask(
        '/subscriptions?api-version=2022-12-01',
        await token(scope)
      );
      assert.equal(status, 200);
      const listed = body.value.map((/** @type {any} */ one) => one.subscriptionId);
      assert.deepEqual(listed, [ours?.id]);
    });
  }

  test('has workspaces, one by one and in lists, whatever the case of a path', async () => {
    const good = await token();
    const group = `/subscriptions/${ours?.id}/resourceGroups/ml-group/providers/${ML}`;
    const one = await ask(`${group}/ml-contoso?api-version=2022-05-01`, good);
    assert.equal(one.body.name, 'ml-contoso');
    const filtered = `/subscriptions/${ours?.id}/resources?$filter=resourceType%20eq%20'${ML}'`;
    for (const path of [group, filtered, group.toUpperCase()]) {
      const { body } = await ask(path.replace('ML-GROUP', 'ml-group'), good);
      assert.deepEqual(body, { value: [one.body] });
    }
    assert.equal((await ask(`${group}/other`, good)).body.error.code, 'ResourceNotFound');
  });

  test('lists all resources of a subscription, and the directories of a user', async () => {
    const good = await token();
    const listed = async (/** @type {string} */ path) => (await ask(path, good)).body.value;
    const all = await listed(`/subscriptions/${ours?.id}/resources`);
    const names = all.map((/** @type {{ name: string }} */ one) => one.name);
    assert.deepEqual(names, ['ml-contoso', 'devstoreaccount1', 'kv-research', 'net']);
    assert.deepEqual(await listed('/tenants'), [describeTenant(contoso)]);
  });

  test('has no resources of another tenant', async () => {
    const path = `/subscriptions/${theirs?.id}/resources`;
    assert.equal((await ask(path, await token())).status, 404);
  });

  test('challenges for another factor, and accepts a token that has it', async () => {
    await control(azure, 'settings', { armWantsContext: 'c1' });
    const { status, challenge } = await ask('/subscriptions', await token());
    assert.equal(status, 401);
    const claims = /error="insufficient_claims", claims="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const wanted = JSON.parse(Buffer.from(claims, 'base64').toString());
    assert.deepEqual(wanted, { access_token: { acrs: { essential: true, value: 'c1' } } });
  });

  test('logs which account requested what', async () => {
    await ask('/subscriptions', await token(V1));
    const log = /** @type {any[]} */ (await control(azure, 'log'));
    const { at, ...entry } = log.filter(({ kind }) => kind === 'arm').at(-1);
    assert.ok(at > 0);
    assert.deepEqual(entry, {
      kind: 'arm',
      path: 'GET /subscriptions',
      user: alice.username,
      tenant: contoso.id,
      scope: 'https://management.core.windows.net/'
    });
  });

  test('returns only the services of a workspace without a token', async () => {
    const host = 'westeurope.api.azureml.ms';
    assert.equal((await ask('/discovery', undefined, host)).body.history, `https://${host}`);
    const query = '/history/v1.0/subscriptions/s/experiments:query';
    assert.equal((await ask(query, undefined, host)).status, 401);
    assert.deepEqual((await ask(query, await token(V1), host)).body, { value: [] });
  });
});

describe('a token', () => {
  test('for another resource is refused', async () => {
    const { status, body, challenge } = await ask('/subscriptions', await token(STORAGE));
    assert.deepEqual([status, body.error.code], [401, 'InvalidAuthenticationTokenAudience']);
    assert.match(challenge, /^Bearer /);
  });

  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ format: 'jwk' });
  const NOW = 1_700_000_000;
  const good = {
    aud: 'https://management.azure.com/',
    iss: `https://sts.windows.net/${contoso.id}/`,
    tid: contoso.id,
    upn: 'alice@contoso.com',
    nbf: NOW,
    exp: NOW + 60
  };

  /** @param {object} claims @param {string} [alg] */
  const signed = (claims, alg = 'RS256') => {
    const parts = [{ alg }, claims].map(part =>
      Buffer.from(JSON.stringify(part)).toString('base64url')
    );
    const signature = sign('RSA-SHA256', Buffer.from(parts.join('.')), privateKey);
    return `Bearer ${parts.join('.')}.${signature.toString('base64url')}`;
  };

  test('that is valid identifies the caller', () => {
    const { user, tenantId } = callerOf(signed(good), key, NOW);
    assert.deepEqual([user, tenantId], ['alice@contoso.com', contoso.id]);
  });

  for (const [what, header, code] of /** @type {const} */ ([
    ['that is none', undefined, 'AuthenticationFailed'],
    ['that is opaque', 'Bearer opaque', 'AuthenticationFailed'],
    ['that is over', signed({ ...good, exp: NOW }), 'ExpiredAuthenticationToken'],
    ['of later', signed({ ...good, nbf: NOW + 1 }), 'ExpiredAuthenticationToken'],
    ['of another tenant', signed({ ...good, tid: 'x' }), 'InvalidAuthenticationTokenTenant'],
    ['of another issuer', signed({ ...good, iss: 'x' }), 'InvalidAuthenticationTokenTenant'],
    ['of another algorithm', signed(good, 'none'), 'InvalidAuthenticationToken'],
    ['that was changed', signed(good).replace(/.....$/, 'AAAAA'), 'InvalidAuthenticationToken']
  ])) {
    test(`${what} is refused`, () => {
      assert.throws(() => callerOf(header, key, NOW), { code });
    });
  }
});
