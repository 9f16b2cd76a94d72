import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  ARM,
  HandBrowser,
  STORAGE,
  askDeviceCode,
  askToken,
  authorizeUrl,
  claimsOf,
  control,
  credentials,
  formAction,
  pkce,
  redemption,
  renewal,
  signIn
} from './scripted-sign-in.mjs';
import { withLocalAzure } from './with-local-azure.mjs';
import { contoso, fabrikam, userNamed } from './users.mjs';

const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));
const bob = /** @type {import('./users.mjs').User} */ (userNamed('bob@contoso.com'));
const gina = /** @type {import('./users.mjs').User} */ (userNamed('gina@contoso.com'));
const carol = /** @type {import('./users.mjs').User} */ (userNamed('carol@fabrikam.com'));

/** @type {import('./local-azure.mjs').LocalAzure} */
let azure;
withLocalAzure(started => (azure = started));

/** A code of Alice's, not redeemed yet. */
async function codeOfAlice() {
  const { verifier, challenge } = pkce();
  const browser = new HandBrowser();
  const page = await browser.visit(authorizeUrl(azure, { code_challenge: challenge }));
  const { answer } = await browser.visit(formAction(azure, page.html), credentials(alice));
  return { code: answer.get('code') ?? '', verifier };
}

describe('a token answer', () => {
  test('has the fields that MSAL.js reads', async () => {
    const answer = await signIn(azure, alice);
    assert.equal(answer.token_type, 'Bearer');
    assert.equal(answer.scope, `openid profile offline_access ${STORAGE}`);
    assert.equal(answer.expires_in, 3600);
    assert.equal(answer.ext_expires_in, 3600);
    assert.ok(answer.refresh_token_expires_in > 86390 && answer.refresh_token_expires_in <= 86400);
    const info = JSON.parse(Buffer.from(answer.client_info, 'base64url').toString());
    assert.deepEqual(info, { uid: alice.oid, utid: contoso.id });
  });

  test('says who signed in, in an ID token of version 2', async () => {
    const { id_token: idToken } = await signIn(azure, alice);
    const { iss, aud, oid, tid, preferred_username: username, name, nonce } = claimsOf(idToken);
    const issuer = azure.authorityMetadata.issuer.replace('{tenantid}', contoso.id);
    assert.deepEqual(
      { iss, aud, oid, tid, username, name, nonce },
      {
        iss: issuer,
        aud: azure.clientId,
        oid: alice.oid,
        tid: contoso.id,
        username: alice.username,
        name: 'Alice',
        nonce: 'the-nonce'
      }
    );
  });

  test('holds an access token of version 1 for the resource', async () => {
    const { access_token: token } = await signIn(azure, carol);
    const { aud, iss, oid, tid, upn, scp, nbf, iat, exp } = claimsOf(token);
    assert.deepEqual(
      { aud, iss, oid, tid, upn, scp, nbf, life: exp - iat },
      {
        aud: 'https://storage.azure.com',
        iss: `https://sts.windows.net/${fabrikam.id}/`,
        oid: carol.oid,
        tid: fabrikam.id,
        upn: carol.username,
        scp: 'user_impersonation',
        nbf: iat,
        life: 3600
      }
    );
  });

  test('is signed with the published key', async () => {
    const { access_token: token } = await signIn(azure, alice);
    const url = azure.authorityMetadata.jwks_uri.replace('{tenantid}', contoso.id);
    const { keys } = await (await fetch(url)).json();
    const [header, payload, signature] = token.split('.');
    const key = createPublicKey({ key: keys[0], format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    assert.ok(verify('sha256', signed, key, Buffer.from(signature, 'base64url')));
    assert.equal(keys[0].d, undefined);
  });

  test('may be read by a page of any origin', async () => {
    const { headers } = await askToken(azure, {});
    assert.equal(headers.get('access-control-allow-origin'), '*');
  });

  test('keeps a slash that belongs to the audience', async () => {
    const { access_token: token } = await signIn(azure, alice, {
      scope: 'https://management.azure.com//.default'
    });
    assert.equal(claimsOf(token).aud, 'https://management.azure.com/');
  });

  test('grants the authentication context that a claims challenge asks for', async () => {
    const { refresh_token: refreshToken } = await signIn(azure, alice);
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const { body } = await askToken(azure, { ...renewal(refreshToken, STORAGE), claims });
    assert.deepEqual(claimsOf(body.access_token).acrs, ['c1']);
    const log = await control(azure, 'log');
    assert.equal(log.at(-1).claims, claims);
  });
});

describe('a code', () => {
  test('is refused without an Origin', async () => {
    const { code, verifier } = await codeOfAlice();
    const fields = redemption(code, verifier, STORAGE);
    const { status, body } = await askToken(azure, fields, { origin: undefined });
    assert.equal(status, 400);
    assert.match(
      body.error_description,
      /^AADSTS9002327: .* Trace ID: .* Correlation ID: .* Timestamp: /
    );
    assert.deepEqual(body.error_codes, [9002327]);
  });

  test('is refused with another verifier, or none', async () => {
    const { code } = await codeOfAlice();
    const wrong = await askToken(azure, redemption(code, pkce().verifier, STORAGE));
    assert.match(wrong.body.error_description, /^AADSTS501481/);
    const { code_verifier: _, ...fields } = redemption(code, '', STORAGE);
    const none = await askToken(azure, fields);
    assert.match(none.body.error_description, /^AADSTS501481/);
  });

  test('works once', async () => {
    const { code, verifier } = await codeOfAlice();
    const fields = redemption(code, verifier, STORAGE);
    assert.equal((await askToken(azure, fields)).status, 200);
    const { status, body } = await askToken(azure, fields);
    assert.equal(status, 400);
    assert.match(body.error_description, /^AADSTS54005/);
  });

  test('works for its own redirect URI and client only', async () => {
    const { code, verifier } = await codeOfAlice();
    const fields = redemption(code, verifier, STORAGE);
    const elsewhere = await askToken(azure, { ...fields, redirect_uri: 'http://localhost/other' });
    assert.match(elsewhere.body.error_description, /^AADSTS500112/);
    const { body } = await askToken(azure, { ...fields, client_id: 'another-client' });
    assert.match(body.error_description, /^AADSTS700016/);
  });

  test('is found by its tenant at "organizations"', async () => {
    const { code, verifier } = await codeOfAlice();
    const fields = redemption(code, verifier, STORAGE);
    const { status } = await askToken(azure, fields, { tenant: 'organizations' });
    assert.equal(status, 200);
  });
});

describe('a refresh token', () => {
  test('gets tokens for other resources, again and again, and is not replaced', async () => {
    const { refresh_token: refreshToken } = await signIn(azure, alice, { scope: ARM });
    for (const scope of [STORAGE, ARM, 'https://graph.microsoft.com/User.Read']) {
      const fields = renewal(refreshToken, `${scope} offline_access`);
      const { status, body } = await askToken(azure, fields);
      assert.equal(status, 200);
      assert.equal(claimsOf(body.access_token).aud, scope.slice(0, scope.lastIndexOf('/')));
      assert.equal(body.refresh_token, refreshToken);
    }
  });

  test('ends at a fixed time', { timeout: 60_000 }, async ({ signal }) => {
    await control(azure, 'settings', { refreshTokenSeconds: 2 });
    const { refresh_token: refreshToken } = await signIn(azure, alice);
    let answer = await askToken(azure, renewal(refreshToken, STORAGE));
    assert.equal(answer.status, 200);
    while (answer.status === 200 && !signal.aborted) {
      answer = await askToken(azure, renewal(refreshToken, STORAGE));
    }
    assert.equal(answer.body.error, 'invalid_grant');
    assert.match(answer.body.error_description, /^AADSTS700084/);
  });

  test('is refused at another tenant', async () => {
    const { refresh_token: refreshToken } = await signIn(azure, alice);
    const { body } = await askToken(azure, renewal(refreshToken, STORAGE), {
      tenant: fabrikam.id
    });
    assert.equal(body.error, 'invalid_grant');
    assert.match(body.error_description, /^AADSTS50020/);
  });

  test('is good in a tenant where its user is a guest, and at home', async () => {
    const { refresh_token: refreshToken } = await signIn(azure, gina);
    const renewed = renewal(refreshToken, `openid profile offline_access ${STORAGE}`);
    for (const tenant of [fabrikam, contoso]) {
      const { body } = await askToken(azure, renewed, { tenant: tenant.domain });
      const [access, id] = [claimsOf(body.access_token), claimsOf(body.id_token)];
      const oid = gina.guestIn[tenant.id] ?? gina.oid;
      assert.deepEqual([access.tid, access.oid], [tenant.id, oid]);
      assert.equal(id.iss, azure.authorityMetadata.issuer.replace('{tenantid}', tenant.id));
      assert.deepEqual([id.tid, id.oid, id.preferred_username], [tenant.id, oid, gina.username]);
      const info = JSON.parse(Buffer.from(body.client_info, 'base64url').toString());
      assert.deepEqual(info, { uid: gina.oid, utid: contoso.id });
    }
    const { body } = await askToken(azure, renewed, { tenant: 'organizations' });
    assert.equal(claimsOf(body.access_token).tid, contoso.id);
  });

  test('can be revoked, for one user', async () => {
    const ofAlice = await signIn(azure, alice);
    const ofBob = await signIn(azure, bob);
    await control(azure, 'revoke', { user: 'alice' });
    const refused = await askToken(azure, renewal(ofAlice.refresh_token, STORAGE));
    assert.equal(refused.status, 400);
    assert.equal(refused.body.error, 'invalid_grant');
    assert.match(refused.body.error_description, /^AADSTS50173/);
    assert.equal((await askToken(azure, renewal(ofBob.refresh_token, STORAGE))).status, 200);
  });

  test('does not help where the user has not consented', async () => {
    const { refresh_token: refreshToken } = await signIn(azure, alice);
    await control(azure, 'settings', { askConsent: true });
    const { body } = await askToken(azure, renewal(refreshToken, ARM));
    assert.deepEqual([body.error, body.suberror], ['invalid_grant', 'consent_required']);
  });
});

describe('scopes', () => {
  for (const [scope, number] of /** @type {const} */ ([
    [`${STORAGE} ${ARM}`, 'AADSTS28000'],
    ['https://nobody.example/.default', 'AADSTS500011'],
    ['', 'AADSTS70011']
  ])) {
    test(`are refused with ${number}: "${scope}"`, async () => {
      const { refresh_token: refreshToken } = await signIn(azure, alice);
      const { status, body } = await askToken(azure, renewal(refreshToken, scope));
      assert.equal(status, 400);
      assert.ok(body.error_description.startsWith(`${number}: `));
    });
  }
});

test('an error that a test requested occurs once', async () => {
  const { refresh_token: refreshToken } = await signIn(azure, alice);
  const nextTokenError = {
    status: 400,
    error: 'interaction_required',
    error_description: 'AADSTS50076'
  };
  await control(azure, 'settings', { nextTokenError });
  const first = await askToken(azure, renewal(refreshToken, STORAGE));
  assert.deepEqual([first.status, first.body.error], [400, 'interaction_required']);
  assert.equal((await askToken(azure, renewal(refreshToken, STORAGE))).status, 200);
});

describe('a fault that a test requested', () => {
  for (const kind of ['reset', 'truncated']) {
    test(`breaks the connection: ${kind}`, async () => {
      const { refresh_token: refreshToken } = await signIn(azure, alice);
      await control(azure, 'settings', { tokenFault: { kind, times: 1 } });
      await assert.rejects(askToken(azure, renewal(refreshToken, STORAGE)));
      assert.equal((await askToken(azure, renewal(refreshToken, STORAGE))).status, 200);
    });
  }

  test('says that the authority is busy, and until when', async () => {
    const fault = { kind: 'busy', status: 429, retryAfter: 7 };
    await control(azure, 'settings', { tokenFault: fault });
    for (let times = 0; times < 2; times++) {
      const url = new URL('/organizations/oauth2/v2.0/token', azure.controlUrl);
      const answer = await fetch(url, { method: 'POST', body: new URLSearchParams() });
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '7']);
    }
  });

  test('is one that exists', async () => {
    const answer = await fetch(`${azure.controlUrl}/settings`, {
      method: 'POST',
      body: JSON.stringify({ tokenFault: { kind: 'earthquake' } })
    });
    assert.equal(answer.status, 400);
  });
});

test('the log says what happened and holds no secret', async () => {
  await fetch(`${azure.controlUrl}/log`, { method: 'DELETE' });
  const { refresh_token: refreshToken } = await signIn(azure, alice);
  await askToken(azure, renewal(refreshToken, ARM));
  await askDeviceCode(azure);
  const log = await control(azure, 'log');
  const told = log.map((/** @type {Record<string, string>} */ entry) =>
    [entry['kind'], entry['grantType'], entry['user']].join(' ').trim()
  );
  assert.deepEqual(told, [
    'authorize',
    `sign-in  ${alice.username}`,
    `token authorization_code ${alice.username}`,
    `token refresh_token ${alice.username}`,
    'device'
  ]);
  const secrets = Object.values(await control(azure, 'secrets'));
  assert.ok(secrets.every(kind => kind.length > 0));
  for (const secret of [...secrets.flat(), alice.password]) {
    assert.ok(!JSON.stringify(log).includes(secret));
  }
});

test('the OpenID configuration names the tenant of a domain, and no unknown tenant', async () => {
  /** @param {string} tenant */
  const ask = async tenant => {
    const url = azure.authorityMetadata.issuer.replace('{tenantid}', tenant);
    const response = await fetch(`${url}/.well-known/openid-configuration`);
    return { status: response.status, body: await response.json() };
  };
  const { body } = await ask('Fabrikam.com');
  assert.equal(body.issuer, azure.authorityMetadata.issuer.replace('{tenantid}', fabrikam.id));
  const { status, body: refusal } = await ask('no-such-tenant.example');
  assert.deepEqual([status, refusal.error], [400, 'invalid_tenant']);
  assert.match(refusal.error_description, /^AADSTS90002/);
});
