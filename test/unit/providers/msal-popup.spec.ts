/** @jest-environment jsdom */
import {
  type Configuration,
  createStandardPublicClientApplication,
  ServerError
} from '@azure/msal-browser';
import { MsalPopup } from '../../../src/providers/msal-popup';
import { anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { POPUP } from '../auth/tab-harness';
import { account, FakeClient, RESULT } from './fake-msal';

jest.mock('@azure/msal-browser', () => ({
  ...jest.requireActual<object>('@azure/msal-browser'),
  createStandardPublicClientApplication: jest.fn()
}));

const REQUEST = { scopes: STORAGE, account: ALICE.account, force: false, enableCae: false };
const CP1 = { xms_cc: { values: ['CP1'] } };

const create = createStandardPublicClientApplication as unknown as jest.Mock;
let client: FakeClient;
let source: MsalPopup;
let giveUp: AbortController;

beforeEach(async () => {
  sessionStorage.clear();
  client = new FakeClient();
  client.accounts = [account('o.t')];
  create.mockReset().mockResolvedValue(client);
  source = await MsalPopup.create(POPUP);
  giveUp = new AbortController();
});

const signIn = (request: Parameters<MsalPopup['signIn']>[0] = null, current = false) =>
  source.signIn(request, current ? ALICE.account : null, giveUp.signal, {
    onPopupMaybeClosed: () => undefined,
    onDeviceCode: () => undefined
  });

describe('create', () => {
  const config = (): Configuration => create.mock.lastCall[0];

  it('stores in the tab, logs nothing, and keeps the origin check', () => {
    const { auth, cache, system } = config();
    const { clientId, authority, redirectUri } = POPUP;
    expect(auth).toEqual({ clientId, authority, redirectUri });
    expect(cache).toEqual({ cacheLocation: 'sessionStorage' });
    expect(system?.loggerOptions?.piiLoggingEnabled).toBe(false);
  });

  it('trusts the authority whose metadata it has', async () => {
    await MsalPopup.create({ ...POPUP, authorityMetadata: { issuer: 'x' } });
    expect(config().auth).toMatchObject({
      knownAuthorities: ['login.microsoftonline.com'],
      authorityMetadata: '{"issuer":"x"}'
    });
  });

  it('says why it cannot', async () => {
    create.mockRejectedValue(anError('unavailable', 'insecure_page'));
    await expect(MsalPopup.create(POPUP)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('signIn', () => {
  it('opens the window inside the click, has the user pick an account, and ends old locks', () => {
    void signIn();
    expect(client.loginPopup).toHaveBeenCalledWith({
      scopes: [],
      state: expect.any(String),
      prompt: 'select_account',
      overrideInteractionInProgress: true
    });
  });

  it('continues with the current account, with all that was missing', () => {
    void signIn({ scopes: STORAGE, tenantId: 'other.com', claims: '{"a":1}' }, true);
    expect(client.loginPopup).toHaveBeenCalledWith({
      scopes: STORAGE,
      state: expect.any(String),
      authority: 'https://login.microsoftonline.com/other.com',
      claims: '{"a":1}',
      loginHint: 'alice@contoso.com',
      overrideInteractionInProgress: true
    });
  });

  it.each([
    ['another user', 'bob@contoso.com', { prompt: 'select_account' }],
    ['another user by id', 'b.t', { prompt: 'select_account' }],
    ['the current account', 'ALICE@contoso.com', { loginHint: 'alice@contoso.com' }]
  ])('for %s offers the right accounts', (_, wanted, sent) => {
    void signIn({ scopes: STORAGE, account: wanted }, true);
    expect(client.loginPopup).toHaveBeenCalledWith({
      scopes: STORAGE,
      state: expect.any(String),
      ...sent,
      overrideInteractionInProgress: true
    });
  });

  it('is found again after a reload, and not after it was forgotten', async () => {
    const made = await signIn();
    expect(made.account).toEqual(ALICE.account);
    expect(made.expiresAt! - made.signedInAt).toBe(24 * 60 * 60 * 1000);
    const reloaded = await MsalPopup.create(POPUP);
    expect(await reloaded.restore()).toMatchObject({
      account: ALICE.account,
      signedInAt: made.signedInAt
    });
    await reloaded.clear();
    expect([await reloaded.restore(), client.accounts]).toEqual([null, []]);
  });

  it('is said to have ended after a reload, when its day is over', async () => {
    await signIn();
    jest.useFakeTimers({ now: Date.now() + 24 * 60 * 60 * 1000 + 1 });
    const reloaded = await MsalPopup.create(POPUP);
    await expect(reloaded.restore()).rejects.toMatchObject({
      code: 'sign_in_required',
      problem: { code: 'sign_in_ended', detail: 'refresh_token_expired' }
    });
    expect(reloaded.accounts.expiredId).toBe('o.t');
    await reloaded.clear();
    expect([await reloaded.restore(), reloaded.accounts.expiredId]).toEqual([null, undefined]);
    jest.useRealTimers();
  });

  const known = (): string[] => client.accounts.map(({ homeAccountId }) => homeAccountId);
  const others = (): string[] => source.accounts.others.map(({ account }) => account.id);

  it('drops an account that this tab has no sign-in of', async () => {
    client.accounts.push(account('before.t'));
    await signIn();
    expect(known()).toEqual(['o.t']);
  });

  // Situation: popup | the user signs in as a second account | a kernel asks | the new account's
  // token, and after a switch the first account's | switch in the panel
  it('keeps the previous account, to switch to and to sign out with it', async () => {
    await signIn();
    client.accounts.push(account('b.t'));
    client.loginPopup.mockResolvedValue({ ...RESULT, account: account('b.t') });
    await signIn();
    expect([others(), known()]).toEqual([['o.t'], ['o.t', 'b.t']]);
    expect(await source.restore()).toMatchObject({ account: { id: 'b.t' } });
    await source.accounts.switchTo('o.t');
    await source.accounts.switchTo('made-up');
    expect([others(), (await source.restore())?.account.id]).toEqual([['b.t'], 'o.t']);
    expect(await source.restore()).toMatchObject({ activeSince: expect.any(Number) });
    const reloaded = await MsalPopup.create(POPUP);
    expect(reloaded.accounts.others).toMatchObject([{ account: { id: 'b.t' }, source: 'popup' }]);
    await source.accounts.signOut('b.t');
    expect([others(), known()]).toEqual([[], ['o.t']]);
    await source.accounts.forget('o.t');
    expect([await source.restore(), known()]).toEqual([null, []]);
    client.accounts.push(account('b.t'));
    await signIn();
    await source.clear();
    expect([others(), known(), await source.restore()]).toEqual([[], [], null]);
  });

  it('has ended if another tab has signed out of its account, and keeps the other one', async () => {
    await signIn();
    client.accounts.push(account('b.t'));
    client.loginPopup.mockResolvedValue({ ...RESULT, account: account('b.t') });
    await signIn();
    await source.accounts.forget('b.t');
    const problem = { code: 'sign_in_ended', detail: null };
    await expect(source.restore()).rejects.toMatchObject({ code: 'sign_in_required', problem });
    expect([others(), known()]).toEqual([['o.t'], ['o.t']]);
  });

  it('offers no account whose day is over', async () => {
    await signIn();
    client.accounts.push(account('b.t'));
    client.loginPopup.mockResolvedValue({ ...RESULT, account: account('b.t') });
    await signIn();
    jest.useFakeTimers({ now: Date.now() + 24 * 60 * 60 * 1000 + 1 });
    expect(others()).toEqual([]);
    jest.useRealTimers();
  });

  it('closes its window and ends at once if cancelled, however late MSAL.js answers', async () => {
    let finish: (result: object) => void = () => undefined;
    client.loginPopup.mockReturnValue(new Promise(resolve => (finish = resolve)));
    const opened = { close: jest.fn(), closed: false, location: { href: '' } };
    const made = signIn();
    client.emit({ payload: { popupWindow: opened as unknown as Window } });
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    await source.clear();
    client.accounts.push(account('o.t'));
    finish(RESULT);
    await new Promise(resolve => setTimeout(resolve));
    expect(known()).toEqual([]);
    expect(opened.close).toHaveBeenCalledTimes(1);
    expect(client.removeEventCallback).toHaveBeenCalledWith('id');
    expect(await source.restore()).toBeNull();
  });

  it('stops waiting for the redirect page when the sign-in has ended', async () => {
    const closed = jest.spyOn(BroadcastChannel.prototype, 'close');
    await signIn();
    client.loginPopup.mockRejectedValue(new Error());
    await expect(signIn()).rejects.toThrow();
    expect(closed).toHaveBeenCalledTimes(2);
  });

  it('says what a refusal was for', async () => {
    client.loginPopup.mockRejectedValue(new Error('state=SECRET'));
    await expect(signIn({ scopes: STORAGE })).rejects.toMatchObject({
      code: 'failed',
      problem: { code: 'failed', detail: null, request: { scopes: STORAGE } }
    });
  });
});

// Situation: popup | the code is refused because it is too old (AADSTS70008) | sign-in | error
// `failed` with that number, not a request for another check | sign in again
it('says that a sign-in failed if its code was refused', async () => {
  const refusal = new ServerError('invalid_grant', 'id', 'AADSTS70008: The code has expired.');
  client.loginPopup.mockRejectedValue(refusal);
  await expect(signIn()).rejects.toMatchObject({
    code: 'failed',
    problem: { code: 'failed', detail: 'AADSTS70008' }
  });
});

describe('getToken', () => {
  const asked = (): object | undefined => client.acquireTokenSilent.mock.lastCall?.[0];

  beforeEach(() => signIn());

  it('asks MSAL.js without a hidden frame', async () => {
    expect(await source.getToken(REQUEST)).toEqual({
      token: 'TOKEN',
      tokenType: 'Bearer',
      // A second earlier than MSAL.js says, which may have rounded it up.
      expiresOnTimestamp: 4000,
      account: ALICE.account
    });
    expect(asked()).toEqual({
      scopes: STORAGE,
      account: client.accounts[0],
      forceRefresh: false,
      cacheLookupPolicy: 2
    });
  });

  it.each<[string, object, object]>([
    ['force', { force: true }, { forceRefresh: true }],
    ['claims', { claims: '{"a":1}' }, { forceRefresh: true, claims: '{"a":1}' }],
    ['no restriction', { tenantId: 'organizations' }, { account: account('o.t') }]
  ])('passes on %s', async (_, change, sent) => {
    await source.getToken({ ...REQUEST, ...change });
    expect(asked()).toMatchObject(sent);
  });

  it('requests all granted permissions of a bare resource', async () => {
    await source.getToken({ ...REQUEST, scopes: ['https://database.windows.net'] });
    expect(asked()).toMatchObject({ scopes: ['https://database.windows.net/.default'] });
  });

  it('requests continuous access if the cached token does not have it, and vice versa', async () => {
    const sent = async (enableCae: boolean): Promise<object> => {
      await source.getToken({ ...REQUEST, enableCae });
      const { claims, forceRefresh } = asked() as { claims?: string; forceRefresh: boolean };
      return [claims === undefined ? null : JSON.parse(claims), forceRefresh];
    };
    expect(await sent(true)).toEqual([{ access_token: CP1 }, true]);
    expect(await sent(true)).toEqual([null, false]);
    expect(await sent(false)).toEqual([null, true]);
    expect(await sent(false)).toEqual([null, false]);
  });

  it('merges a challenge with it', async () => {
    const claims = '{"access_token":{"nbf":{"value":"1"}},"id_token":{}}';
    await source.getToken({ ...REQUEST, enableCae: true, claims });
    const sent = asked() as { claims: string };
    expect(JSON.parse(sent.claims)).toEqual({
      access_token: { nbf: { value: '1' }, ...CP1 },
      id_token: {}
    });
  });

  it('keeps the previous token if it fails', async () => {
    client.acquireTokenSilent.mockRejectedValueOnce(new Error('SECRET'));
    await expect(source.getToken({ ...REQUEST, enableCae: true })).rejects.toMatchObject({
      code: 'failed'
    });
    await source.getToken(REQUEST);
    expect(asked()).toMatchObject({ forceRefresh: false });
  });

  it('sends a request for no resource if a refusal may have ended the sign-in', async () => {
    client.acquireTokenSilent.mockRejectedValueOnce(new ServerError('invalid_grant', 'id', 'no'));
    await expect(source.getToken(REQUEST)).rejects.toMatchObject({ code: 'consent_required' });
    expect(asked()).toMatchObject({ scopes: ['openid', 'offline_access'], forceRefresh: true });
  });

  describe('of another tenant', () => {
    const FABRIKAM = 'fab00000-1111-4222-8333-000000000002';
    const HOST = 'https://login.microsoftonline.com';
    const answer = jest.fn();
    const inFabrikam = { ...RESULT, tenantId: FABRIKAM };
    const get = (tenantId: string) => source.getToken({ ...REQUEST, tenantId });

    beforeEach(() => {
      answer.mockReset().mockResolvedValue({
        status: 200,
        json: async () => ({ issuer: `${HOST}/${FABRIKAM}/v2.0` })
      });
      globalThis.fetch = answer;
    });

    // Situation: sign-in window (popup) | the page holds the home tenant's token | a cell names
    // another tenant | that tenant's token, through the refresh token | nothing to do
    it.each([
      ...['fabrikam.com', 'Fabrikam.com', FABRIKAM, FABRIKAM.toUpperCase()],
      `${FABRIKAM}.example`
    ])('looks for it under that tenant only: %s', async tenant => {
      client.acquireTokenSilent.mockResolvedValue(inFabrikam);
      const token = await get(tenant);
      expect(token.account).toEqual({ ...ALICE.account, tenantId: FABRIKAM });
      expect(asked()).toMatchObject({
        authority: `${HOST}/${FABRIKAM}`,
        account: { homeAccountId: 'o.t', tenantId: FABRIKAM }
      });
    });

    it('asks which tenant a domain names once', async () => {
      client.acquireTokenSilent.mockResolvedValue(inFabrikam);
      await get('fabrikam.com');
      await get('fabrikam.com');
      expect(answer.mock.calls.map(([address]) => address)).toEqual([
        `${HOST}/fabrikam.com/v2.0/.well-known/openid-configuration`
      ]);
    });

    // Situation: sign-in window (popup) | MSAL.js answers with the home tenant's token | a cell
    // names another tenant | `wrong_tenant`, with both tenants | sign in as a user of that tenant
    it.each(['fabrikam.com', FABRIKAM])(
      'refuses the token of the home tenant: %s',
      async tenant => {
        await expect(get(tenant)).rejects.toMatchObject({
          code: 'wrong_tenant',
          problem: { code: 'wrong_tenant', detail: 'contoso-id', request: { tenantId: tenant } }
        });
      }
    );

    // Situation: sign-in window (popup) | the tenant does not exist | a cell names its domain |
    // `wrong_tenant`, with the domain | correct `tenant_id`
    it('says that there is no such tenant', async () => {
      answer.mockResolvedValue({ status: 400, json: async () => ({ error: 'invalid_tenant' }) });
      await expect(get('no-such-tenant.example')).rejects.toMatchObject({
        code: 'wrong_tenant',
        problem: { code: 'unknown_tenant', request: { tenantId: 'no-such-tenant.example' } }
      });
      expect(client.acquireTokenSilent).not.toHaveBeenCalled();
    });

    it.each([
      ['network', async () => Promise.reject(new TypeError('Failed to fetch'))],
      ['busy', async () => ({ status: 503 })]
    ])('cannot tell which tenant owns a domain now: %s', async (code, answers) => {
      answer.mockImplementation(answers);
      await expect(get('fabrikam.com')).rejects.toMatchObject({
        code: 'unavailable',
        problem: { code }
      });
    });

    it('returns to the home tenant for a request without one', async () => {
      const home = { ...account('o.c0000000-1111-4222-8333-000000000001'), tenantId: FABRIKAM };
      client.accounts = [home];
      await source.getToken({ ...REQUEST, account: { ...ALICE.account, id: home.homeAccountId } });
      expect(asked()).toMatchObject({
        account: { tenantId: 'c0000000-1111-4222-8333-000000000001' }
      });
    });

    it('is that of the configured domain for a request without one', async () => {
      source = await MsalPopup.create({ ...POPUP, authority: `${HOST}/fabrikam.com` });
      client.acquireTokenSilent.mockResolvedValue(inFabrikam);
      await source.getToken(REQUEST);
      expect(asked()).toMatchObject({ account: { tenantId: FABRIKAM } });
      expect(asked()).not.toHaveProperty('authority');
    });
  });

  it('requires the user if MSAL.js no longer has the account', async () => {
    client.accounts = [];
    await expect(source.getToken(REQUEST)).rejects.toMatchObject({ code: 'sign_in_required' });
  });
});
