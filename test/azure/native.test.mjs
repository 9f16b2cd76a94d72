import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ARM,
  HandBrowser,
  STORAGE,
  askToken,
  authorizeUrl,
  claimsOf,
  control,
  credentials,
  endpoint,
  formAction,
  formFields,
  pkce,
  redemption,
  renewal
} from './scripted-sign-in.mjs';
import { withLocalAzure } from './with-local-azure.mjs';
import { AZURE_CLI } from './registrations.mjs';
import { contoso, userNamed } from './users.mjs';

const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));
const JUPYTER = 'http://localhost:8888';
const CLIENT = { client_id: AZURE_CLI.id };
/** Of a call that no browser makes. */
const NO_ORIGIN = { tenant: 'organizations', origin: undefined };

/** @type {import('./local-azure.mjs').LocalAzure} */
let azure;
withLocalAzure(started => (azure = started));

/** @param {Record<string, string>} [changes] */
function askUrl(changes = {}) {
  return authorizeUrl(azure, {
    ...CLIENT,
    tenant: 'organizations',
    redirect_uri: JUPYTER,
    response_mode: 'form_post',
    ...changes
  });
}

/** A code of Alice's, not redeemed yet, and what redeems it. */
async function grantOfAlice() {
  const { verifier, challenge } = pkce();
  const browser = new HandBrowser();
  const page = await browser.visit(askUrl({ code_challenge: challenge }));
  const { html } = await browser.visit(formAction(azure, page.html), credentials(alice));
  const { code = '' } = formFields(html);
  const scope = `openid profile offline_access ${STORAGE}`;
  return { ...redemption(code, verifier, scope), ...CLIENT, redirect_uri: JUPYTER };
}

describe('the Azure CLI', () => {
  test('gets an answer by form at the root of any port, without a registration', async () => {
    for (const uri of [JUPYTER, `${JUPYTER}/`, 'http://localhost:1', 'http://localhost']) {
      const { status } = await new HandBrowser().visit(askUrl({ redirect_uri: uri }));
      assert.equal(status, 200, uri);
    }
    const browser = new HandBrowser();
    const page = await browser.visit(askUrl());
    const { html } = await browser.visit(formAction(azure, page.html), credentials(alice));
    assert.match(html, /<form method="post" action="http:\/\/localhost:8888"/);
    const { code, state, client_info: info } = formFields(html);
    assert.equal(state, 'the-state');
    assert.ok(code && info);
  });

  for (const uri of [
    `${JUPYTER}/lab`,
    'http://127.0.0.1:8888',
    'http://[::1]:8888',
    'https://localhost:8888',
    'http://localhost.evil.test:8888',
    'http://localhost:8888/?to=elsewhere'
  ]) {
    test(`may not be answered at ${uri}`, async () => {
      const { status, html } = await new HandBrowser().visit(askUrl({ redirect_uri: uri }));
      assert.equal(status, 400);
      assert.match(html, /AADSTS50011/);
    });
  }

  test('gets a refusal by the same form', async () => {
    await control(azure, 'settings', { nextAuthorizeError: 'AADSTS50105' });
    const refused = formFields((await new HandBrowser().visit(askUrl())).html);
    assert.deepEqual([refused.error, refused.state], ['access_denied', 'the-state']);
    assert.match(refused.error_description ?? '', /^AADSTS50105/);
    const browser = new HandBrowser();
    const page = await browser.visit(askUrl());
    const { html } = await browser.visit(formAction(azure, page.html), { action: 'cancel' });
    const cancelled = formFields(html);
    assert.deepEqual([cancelled.error, cancelled.error_subcode], ['access_denied', 'cancel']);
  });

  test('redeems a code without a browser, for tokens that name it', async () => {
    const { status, body } = await askToken(azure, await grantOfAlice(), NO_ORIGIN);
    assert.equal(status, 200);
    assert.equal(claimsOf(body.access_token).appid, AZURE_CLI.id);
    assert.equal(claimsOf(body.id_token).aud, AZURE_CLI.id);
    assert.equal(body.refresh_token_expires_in, undefined);
    const fields = { ...renewal(body.refresh_token, ARM), ...CLIENT };
    const other = await askToken(azure, fields, { tenant: contoso.id, origin: undefined });
    assert.equal(claimsOf(other.body.access_token).aud, 'https://management.azure.com');
  });

  test('has no grant that a browser, another client or a missing verifier can redeem', async () => {
    const grant = await grantOfAlice();
    const tries = [
      await askToken(azure, grant),
      await askToken(azure, { ...grant, client_id: azure.clientId }, { tenant: 'organizations' }),
      await askToken(azure, { ...grant, code_verifier: pkce().verifier }, NO_ORIGIN)
    ];
    assert.deepEqual(
      tries.map(({ body }) => /^AADSTS\d+/.exec(body.error_description)?.[0]),
      ['AADSTS9002326', 'AADSTS70008', 'AADSTS501481']
    );
  });

  for (const [days, outcome] of /** @type {const} */ ([
    [89, undefined],
    [91, 'AADSTS700082']
  ])) {
    test(`finds a refresh token after ${days} days ${outcome ? 'ended' : 'good'}`, async context => {
      const { body } = await askToken(azure, await grantOfAlice(), NO_ORIGIN);
      const fields = { ...renewal(body.refresh_token, STORAGE), ...CLIENT };
      context.mock.timers.enable({ apis: ['Date'], now: Date.now() + days * 86_400_000 });
      const { body: later } = await askToken(azure, fields, NO_ORIGIN);
      assert.equal(/^AADSTS\d+/.exec(later.error_description)?.[0], outcome);
    });
  }
});

describe('the documents at an authority of any tenant', () => {
  test('name endpoints as they are, and an issuer of any tenant', async () => {
    const url = endpoint(azure, 'x', 'organizations').replace('oauth2/v2.0/x', 'v2.0');
    const found = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
    assert.equal(found.token_endpoint, endpoint(azure, 'token', 'organizations'));
    assert.match(found.issuer, /\/\{tenantid\}\/v2\.0$/);
  });
});
