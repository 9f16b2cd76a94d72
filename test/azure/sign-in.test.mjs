import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  ARM,
  HandBrowser,
  REDIRECT_URI,
  authorizeUrl,
  control,
  credentials,
  endpoint,
  formAction,
  signIn
} from './scripted-sign-in.mjs';
import { withLocalAzure } from './with-local-azure.mjs';
import { contoso, fabrikam, userNamed } from './users.mjs';

const alice = /** @type {import('./users.mjs').User} */ (userNamed('alice@contoso.com'));
const bob = /** @type {import('./users.mjs').User} */ (userNamed('bob@contoso.com'));
const carol = /** @type {import('./users.mjs').User} */ (userNamed('carol@fabrikam.com'));

/** @type {import('./local-azure.mjs').LocalAzure} */
let azure;
withLocalAzure(started => (azure = started));

/** @param {URLSearchParams} answer */
function refusal(answer) {
  const number = /^AADSTS\d+/.exec(answer.get('error_description') ?? '')?.[0];
  return [answer.get('error'), answer.get('error_subcode'), number];
}

describe('the sign-in page', () => {
  test('has what a user and Playwright look for, and the name that is known already', async () => {
    const { html, status } = await new HandBrowser().visit(
      authorizeUrl(azure, { login_hint: alice.username })
    );
    assert.equal(status, 200);
    assert.match(
      html,
      /<label\s*>\s*User name\s*<input[^>]+name="loginfmt"[^>]+value="alice@contoso.com"/
    );
    assert.match(html, /<label\s*>\s*Password\s*<input[^>]+name="passwd"/);
    assert.match(html, /not Microsoft/);
  });

  test('sends a code to the redirect URI, on any port', async () => {
    const browser = new HandBrowser();
    const page = await browser.visit(authorizeUrl(azure));
    const { location, answer } = await browser.visit(
      formAction(azure, page.html),
      credentials(alice)
    );
    assert.ok(location.startsWith(`${REDIRECT_URI}#code=`));
    assert.equal(answer.get('state'), 'the-state');
    assert.ok(answer.has('client_info'));
  });

  test('answers by query or by form, as requested', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    const query = await browser.visit(authorizeUrl(azure, { response_mode: 'query' }));
    assert.ok(query.location.startsWith(`${REDIRECT_URI}?code=`));
    const form = await browser.visit(authorizeUrl(azure, { response_mode: 'form_post' }));
    assert.match(form.html, new RegExp(`<form method="post" action="${REDIRECT_URI}"`));
    assert.match(form.html, /name="code"/);
  });

  for (const [why, fields, number] of /** @type {const} */ ([
    ['a wrong password', { ...credentials(alice), passwd: 'wrong' }, 'AADSTS50126'],
    ['an unknown user', credentials({ ...alice, username: 'eve@contoso.com' }), 'AADSTS50126'],
    ['a user of another tenant', credentials(carol), 'AADSTS50020']
  ])) {
    test(`refuses ${why} and lets the user try again`, async () => {
      const browser = new HandBrowser();
      const page = await browser.visit(authorizeUrl(azure));
      const again = await browser.visit(formAction(azure, page.html), fields);
      assert.match(again.html, new RegExp(`role="alert">${number}: `));
      const { answer } = await browser.visit(formAction(azure, again.html), credentials(alice));
      assert.ok(answer.has('code'));
    });
  }

  test('can be cancelled', async () => {
    const browser = new HandBrowser();
    const page = await browser.visit(authorizeUrl(azure));
    const { answer } = await browser.visit(formAction(azure, page.html), { action: 'cancel' });
    assert.deepEqual(refusal(answer), ['access_denied', 'cancel', undefined]);
    assert.equal(answer.get('state'), 'the-state');
  });

  test('escapes the values in the request', async () => {
    const { html } = await new HandBrowser().visit(
      authorizeUrl(azure, { login_hint: '"><script>alert(1)</script>' })
    );
    assert.ok(!html.includes('<script>alert'));
  });
});

describe('a request that is wrong', () => {
  for (const [what, changes, number] of /** @type {const} */ ([
    ['another path', { redirect_uri: 'http://localhost:8888/other.html' }, 50011],
    ['another case of the path', { redirect_uri: REDIRECT_URI.replace('/lab/', '/Lab/') }, 50011],
    ['127.0.0.1', { redirect_uri: REDIRECT_URI.replace('localhost', '127.0.0.1') }, 50011],
    ['another host', { redirect_uri: REDIRECT_URI.replace('localhost', 'evil.example') }, 50011],
    ['an unknown client', { client_id: 'another-client' }, 700016],
    ['an unknown tenant', { tenant: 'nowhere.example' }, 90002]
  ])) {
    test(`is reported on the page, not to the redirect URI: ${what}`, async () => {
      const { status, html, location } = await new HandBrowser().visit(
        authorizeUrl(azure, changes)
      );
      assert.equal(status, 400);
      assert.equal(location, '');
      assert.match(html, new RegExp(`AADSTS${number}: `));
    });
  }

  test('is sent back when it lacks PKCE', async () => {
    const { answer } = await new HandBrowser().visit(
      authorizeUrl(azure, { code_challenge: undefined })
    );
    assert.deepEqual(refusal(answer), ['invalid_request', null, 'AADSTS9002325']);
  });

  test('gets the error that a test ordered, once', async () => {
    await control(azure, 'settings', { nextAuthorizeError: 'AADSTS50105' });
    const browser = new HandBrowser();
    const { answer } = await browser.visit(authorizeUrl(azure));
    assert.deepEqual(refusal(answer), ['access_denied', null, 'AADSTS50105']);
    assert.equal((await browser.visit(authorizeUrl(azure))).status, 200);
  });

  for (const change of [{ accessTokenSecond: 1 }, { nextAuthorizeError: 'AADSTS1' }]) {
    const [name = ''] = Object.keys(change);
    test(`cannot be ordered with a setting or a number that does not exist: ${name}`, async () => {
      const { error } = await control(azure, 'settings', change);
      assert.ok(error.endsWith(name));
    });
  }
});

describe('single sign-on', () => {
  test('needs no page while one account is signed in', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    for (const changes of [
      {},
      { prompt: 'none' },
      { prompt: 'none', login_hint: alice.username }
    ]) {
      const { answer } = await browser.visit(authorizeUrl(azure, changes));
      assert.ok(answer.has('code'));
    }
  });

  for (const [who, changes] of /** @type {const} */ ([
    ['no user is', {}],
    ['another user is', { login_hint: bob.username }],
    ['an account of another tenant is', { tenant: fabrikam.id }]
  ])) {
    test(`is refused silently with AADSTS50058 when ${who} signed in`, async () => {
      const browser = new HandBrowser();
      if (Object.keys(changes).length > 0) {
        await signIn(azure, alice, { browser });
      }
      const { answer } = await browser.visit(authorizeUrl(azure, { prompt: 'none', ...changes }));
      assert.deepEqual(refusal(answer), ['login_required', null, 'AADSTS50058']);
    });
  }

  test('uses the hinted one of several accounts, and guesses none', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    await signIn(azure, bob, { browser });
    const hinted = await browser.visit(
      authorizeUrl(azure, { prompt: 'none', login_hint: bob.username })
    );
    assert.ok(hinted.answer.has('code'));
    const { answer } = await browser.visit(authorizeUrl(azure, { prompt: 'none' }));
    assert.deepEqual(refusal(answer), ['interaction_required', null, 'AADSTS16000']);
  });

  test('does not help with prompt=login', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    const { html } = await browser.visit(authorizeUrl(azure, { prompt: 'login' }));
    assert.match(html, /name="passwd"/);
  });

  test('ends when sessions are revoked', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    await control(azure, 'revoke', {});
    const { answer } = await browser.visit(authorizeUrl(azure, { prompt: 'none' }));
    assert.equal(answer.get('error'), 'login_required');
  });
});

describe('the account picker', () => {
  test('lists who is signed in and takes the choice', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    await signIn(azure, bob, { browser });
    const page = await browser.visit(authorizeUrl(azure, { prompt: 'select_account' }));
    assert.match(page.html, />alice@contoso.com</);
    const { answer } = await browser.visit(formAction(azure, page.html), {
      account: bob.username
    });
    assert.ok(answer.has('code'));
  });

  test('leads to the password page for another account', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    const page = await browser.visit(authorizeUrl(azure, { prompt: 'select_account' }));
    const { html } = await browser.visit(formAction(azure, page.html), { action: 'other' });
    assert.match(html, /name="passwd"/);
  });

  test('rejects an account that is not signed in here', async () => {
    const browser = new HandBrowser();
    await signIn(azure, alice, { browser });
    const page = await browser.visit(authorizeUrl(azure, { prompt: 'select_account' }));
    const { answer, html } = await browser.visit(formAction(azure, page.html), {
      account: bob.username
    });
    assert.ok(!answer.has('code'));
    assert.match(html, /AADSTS50126/);
  });
});

describe('consent', () => {
  test('is asked once per resource, and refused silently before', async () => {
    await control(azure, 'settings', { askConsent: true });
    const browser = new HandBrowser();
    const page = await browser.visit(authorizeUrl(azure, { scope: ARM }));
    const consent = await browser.visit(formAction(azure, page.html), credentials(alice));
    assert.match(consent.html, /https:\/\/management.azure.com/);
    const silent = await browser.visit(authorizeUrl(azure, { scope: ARM, prompt: 'none' }));
    assert.deepEqual(refusal(silent.answer), [
      'interaction_required',
      'consent_required',
      'AADSTS65001'
    ]);
    const accepted = await browser.visit(formAction(azure, consent.html), { action: 'accept' });
    assert.ok(accepted.answer.has('code'));
    const next = await browser.visit(authorizeUrl(azure, { scope: ARM, prompt: 'none' }));
    assert.ok(next.answer.has('code'));
  });

  test('can be declined', async () => {
    await control(azure, 'settings', { askConsent: true });
    const browser = new HandBrowser();
    const page = await browser.visit(authorizeUrl(azure));
    const consent = await browser.visit(formAction(azure, page.html), credentials(bob));
    const { answer } = await browser.visit(formAction(azure, consent.html), { action: 'cancel' });
    assert.deepEqual(refusal(answer), ['access_denied', 'cancel', 'AADSTS65004']);
  });
});

test('signing out ends the session and goes back where it was asked from', async () => {
  const browser = new HandBrowser();
  await signIn(azure, alice, { browser });
  const query = new URLSearchParams({ post_logout_redirect_uri: REDIRECT_URI, state: 's' });
  const { location } = await browser.visit(`${endpoint(azure, 'logout', contoso.id)}?${query}`);
  assert.equal(location, `${REDIRECT_URI}?state=s`);
  const { answer } = await browser.visit(authorizeUrl(azure, { prompt: 'none' }));
  assert.equal(answer.get('error'), 'login_required');
});
