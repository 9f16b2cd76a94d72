/** @jest-environment jsdom */
import { webcrypto } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { AzureAuthError } from '../../../src/auth/errors';
import { startMsal } from '../../../src/providers/msal-client';
import { MsalPopup } from '../../../src/providers/msal-popup';
import { TabSignIn } from '../../../src/providers/tab-sign-in';
import { POPUP } from '../auth/requests';
import { STORAGE } from '../panel/fixtures';
import { account } from './fake-msal';

Object.defineProperty(window, 'crypto', { value: webcrypto, configurable: true });
Object.assign(window, { TextDecoder });

const { clientId } = POPUP;
const { tenantId: realm, ...person } = account('AbC');
const { environment } = person;

const ACCOUNT = `msal.3|abc|${environment}|${realm}`;
const ACCOUNTS = 'msal.3.account.keys';
const ID_TOKEN = `msal.3|abc|${environment}|idtoken|${clientId}|${realm}||`;
const REFRESH_TOKEN = `msal.3|abc|${environment}|refreshtoken|${clientId}|||`;
const TOKENS = `msal.3.token.keys.${clientId}`;

const encode = (value: unknown): string => btoa(JSON.stringify(value)).replace(/=/g, '');
const aJwt = (claims: unknown): string => `${encode({ alg: 'none' })}.${encode(claims)}.x`;
const aToken = (credentialType: string, secret: unknown): object => ({
  ...{ homeAccountId: 'AbC', environment, clientId, realm, credentialType, secret }
});

const anAccount = (change: object): string => JSON.stringify({ ...ENTRIES[ACCOUNT], ...change });

/** What MSAL.js keeps of a sign-in; the id has capital letters, as in AD FS. */
const ENTRIES = {
  [ACCOUNTS]: [ACCOUNT],
  [ACCOUNT]: {
    ...{ ...person, realm, authorityType: 'ADFS' },
    tenantProfiles: [{ tenantId: realm, localAccountId: 'AbC', isHomeTenant: true }]
  },
  [TOKENS]: { idToken: [ID_TOKEN], accessToken: [], refreshToken: [REFRESH_TOKEN] },
  [ID_TOKEN]: aToken('IdToken', aJwt({ tid: realm })),
  [REFRESH_TOKEN]: aToken('RefreshToken', 'SECRET')
};

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

beforeEach(() => {
  sessionStorage.clear();
  for (const [key, value] of Object.entries(ENTRIES)) {
    sessionStorage.setItem(key, JSON.stringify(value));
  }
  new TabSignIn(clientId).write('AbC', Date.now());
});

it('finds the sign-in of this tab', async () => {
  expect(await (await MsalPopup.create(POPUP)).restore()).toMatchObject({ account: { id: 'AbC' } });
});

it('tells no other page of this origin', async () => {
  const post = jest.spyOn(BroadcastChannel.prototype, 'postMessage');
  const client = await startMsal(POPUP);
  const heard = jest.fn();
  client.addEventCallback(heard);
  client.setActiveAccount(client.getAllAccounts()[0]!);
  expect(heard).toHaveBeenCalled();
  expect(post).not.toHaveBeenCalled();
});

it('leaves nothing of an account, whatever the case of its id', async () => {
  await (await MsalPopup.create(POPUP)).clear();
  expect(Object.keys(sessionStorage)).toEqual(['msal.version']);
});

it.each([0, 400, 500, 900])(
  'returns no expired token, if requested %i ms into a second',
  async part => {
    const now = Date.parse('2026-01-01T12:00:00Z') + part;
    jest.useFakeTimers({ now, doNotFake: ['performance', 'queueMicrotask', 'setTimeout'] });
    new TabSignIn(clientId).write('AbC', now);
    // Azure counts a token's life from the second that has begun.
    const end = Math.floor(now / 1000) * 1000 + 3_600_000;
    const answer = {
      ...{ token_type: 'Bearer', access_token: 'TOKEN', expires_in: 3600 },
      id_token: aJwt({ tid: realm, sub: 'AbC' })
    };
    window.fetch = jest.fn(async () => ({ status: 200, json: async () => answer }) as Response);
    const popup = await MsalPopup.create(POPUP);
    const signedIn = (await popup.restore())!;
    const token = await popup.getToken({
      ...{ scopes: STORAGE, account: signedIn.account, force: false, enableCae: false }
    });
    expect(token.token).toBe('TOKEN');
    expect(token.expiresOnTimestamp).toBeLessThanOrEqual(end);
    expect(token.expiresOnTimestamp).toBeGreaterThanOrEqual(end - 1000);
  }
);

describe('a damaged entry', () => {
  it.each<[string, string, string]>([
    ['an ID token that is cut off', ID_TOKEN, '{"secret":"eyJ'],
    ['an ID token that is no object', ID_TOKEN, 'null'],
    ['an ID token without its text', ID_TOKEN, JSON.stringify(aToken('IdToken', undefined))],
    ['an ID token that is no JWT', ID_TOKEN, JSON.stringify(aToken('IdToken', 'x'))],
    ['an ID token whose claims are cut off', ID_TOKEN, JSON.stringify(aToken('IdToken', 'e.e.e'))],
    [
      'an ID token with a claim of another type',
      ID_TOKEN,
      JSON.stringify(aToken('IdToken', aJwt({ signin_state: 5 })))
    ],
    ['a list of tokens that is cut off', TOKENS, '{"idToken":['],
    ['a list of tokens that is no list', TOKENS, '{"idToken":5,"accessToken":5,"refreshToken":5}'],
    ['a list of accounts that is cut off', ACCOUNTS, '["msal'],
    ['a list of accounts that is no list', ACCOUNTS, '5'],
    ['a list of accounts that is an object', ACCOUNTS, '{}'],
    ['an older list of accounts that is an object', 'msal.1.account.keys', '{}'],
    ['the oldest list of accounts that is no list', 'msal.account.keys', '5'],
    ['an account that is cut off', ACCOUNT, '{"homeAccountId'],
    ['an account whose id is no text', ACCOUNT, anAccount({ homeAccountId: 5 })],
    ['an account without an id', ACCOUNT, anAccount({ homeAccountId: null })],
    ['an account whose tenants are no list', ACCOUNT, anAccount({ tenantProfiles: {} })],
    ['an account with a tenant that is nothing', ACCOUNT, anAccount({ tenantProfiles: [null] })]
  ])('is no sign-in: %s', async (_, key, damaged) => {
    sessionStorage.setItem(key, damaged);
    const popup = await MsalPopup.create(POPUP);
    expect(await popup.restore()).toBeNull();
    expect(popup.accounts.others).toEqual([]);
    // As after each sign-in, accounts that this tab does not know are removed.
    await popup.accounts.forget('other');
    await popup.clear();
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('SECRET');
  });

  it('leaves no token of an app whose client id is configured in capital letters', async () => {
    const asConfigured = 'ABCDEF00-2222-3333-4444-555555555555';
    const token = REFRESH_TOKEN.replace(clientId, asConfigured.toLowerCase());
    sessionStorage.setItem(token, JSON.stringify(ENTRIES[REFRESH_TOKEN]));
    sessionStorage.setItem(ACCOUNTS, '5');
    const popup = await MsalPopup.create({ ...POPUP, clientId: asConfigured });
    await popup.clear();
    expect(sessionStorage.getItem(token)).toBeNull();
  });

  it('leaves the sign-in of another application in this tab', async () => {
    const theirs = {
      'msal.3.token.keys.theirs': '{}',
      'msal.3|d|h|t': '{"homeAccountId":"d"}',
      'msal.3|d|h|idtoken|theirs|t||': '{}'
    };
    Object.entries(theirs).forEach(([key, value]) => sessionStorage.setItem(key, value));
    sessionStorage.setItem(ID_TOKEN, 'damaged');
    await MsalPopup.create(POPUP);
    expect({ ...sessionStorage }).toMatchObject(theirs);
  });

  it('is removed once, if MSAL.js does not start without it either', async () => {
    const clear = jest.spyOn(TabSignIn.prototype, 'clear').mockReturnValue(true);
    sessionStorage.setItem(ID_TOKEN, 'damaged');
    await expect(MsalPopup.create(POPUP)).rejects.toBeInstanceOf(AzureAuthError);
    expect(clear).toHaveBeenCalledTimes(1);
  });
});
