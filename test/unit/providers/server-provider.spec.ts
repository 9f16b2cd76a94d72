/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { ServerExtensionError } from '../../../src/server-api/client';
import { ServerTokenProvider } from '../../../src/providers/server-provider';
import type { ISignIn } from '../../../src/providers/provider';
import { ALICE, STORAGE } from '../panel/fixtures';
import { ACCOUNT, FakeServer, NO_SIGN_IN, SIGNED_IN } from './fake-server';

const NOW = 1_800_000_000_000;
const FOUND: ISignIn = {
  ...{
    account: ALICE.account,
    source: 'loopback',
    ambient: false,
    persistedIn: 'memory',
    persistableIn: null
  },
  ...{ signedInAt: NOW, expiresAt: null }
};

const BOB = { ...ACCOUNT, id: 'b.t', username: 'bob@contoso.com', tenant_id: 't' };

let server: FakeServer;
let provider: ServerTokenProvider;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  localStorage.clear();
  server = new FakeServer();
  provider = new ServerTokenProvider(server.self, 'AzureCloud');
});

afterEach(() => jest.useRealTimers());

const names = (): string[] => provider.accounts.others.map(({ account }) => account.id);

describe('restore', () => {
  it('finds the account that the server extension holds, by the clock of this browser', async () => {
    expect(await provider.restore()).toEqual(FOUND);
  });

  it.each([
    ['no sign-in', NO_SIGN_IN],
    ['one of a source that is not known yet', { ...SIGNED_IN, source: 'teleport' }]
  ])('finds no user in %s', async (_, session) => {
    server.answers['session'] = session;
    expect(await provider.restore()).toBeNull();
  });

  it.each<[string, object, Partial<ISignIn>]>([
    ['in a keychain', { persisted_in: 'keychain' }, { persistedIn: 'keychain' }],
    ['in a file', { persisted_in: 'file' }, { persistedIn: 'file' }],
    ['somewhere else', { persisted_in: 'elsewhere' }, { persistedIn: 'memory' }],
    [
      'of a machine',
      { source: 'managed-identity', ambient: true, persisted_in: null },
      { source: 'managed-identity', ambient: true, persistedIn: 'memory' }
    ]
  ])('identifies a sign-in %s', async (_, fields, found) => {
    server.answers['session'] = { ...SIGNED_IN, ...fields };
    expect(await provider.restore()).toEqual({ ...FOUND, ...found });
  });

  it.each([[null], ['AADSTS50173']])(
    'lets no other account replace a refused one: %j',
    async detail => {
      server.answers['session'] = { ...NO_SIGN_IN, others: [BOB], ended_by: detail };
      await expect(provider.restore()).rejects.toMatchObject({
        problem: { code: 'sign_in_ended', detail }
      });
      expect(names()).toEqual([BOB.id]);
    }
  );

  it('reports no refused sign-in while the machine is asked', async () => {
    server.answers['session'] = { ...NO_SIGN_IN, others: [BOB], searching: true };
    expect(await provider.restore()).toBeNull();
  });

  it('says which refusal has ended a sign-in', async () => {
    server.answers['session'] = { ...NO_SIGN_IN, ended_by: 'AADSTS50173' };
    await expect(provider.restore()).rejects.toMatchObject({
      code: 'sign_in_required',
      problem: { code: 'sign_in_ended', detail: 'AADSTS50173', request: null }
    });
  });

  it('describes failures', async () => {
    server.answers['session'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.restore()).rejects.toMatchObject({ problem: { code: 'no_answer' } });
  });
});

describe('accounts', () => {
  beforeEach(() => {
    server.answers['session'] = { ...SIGNED_IN, others: [BOB, { id: 7 }, null] };
    server.answers['switch-account'] = {};
  });

  it('are those that the server extension holds', async () => {
    expect(names()).toEqual([]);
    await provider.restore();
    expect(provider.accounts.others).toMatchObject([
      { account: { id: BOB.id, username: BOB.username, tenantId: 't' }, signedInAt: NOW }
    ]);
    server.answers['session'] = { ...SIGNED_IN, others: 'bob' };
    await provider.restore();
    expect(names()).toEqual([]);
  });

  it('are switched by the server extension', async () => {
    await provider.accounts.switchTo(BOB.id);
    expect(server.asked).toEqual([['switch-account', { account: BOB.id }]]);
  });

  it('contain the previous one after a switch, before the next answer', async () => {
    await provider.restore();
    await provider.accounts.switchTo(BOB.id);
    expect(names()).toEqual([ACCOUNT.id]);
    // A machine's identity is not one of them.
    server.answers['session'] = { ...SIGNED_IN, ambient: true, others: [BOB] };
    await provider.restore();
    await provider.accounts.switchTo(BOB.id);
    expect(names()).toEqual([]);
  });

  it('are signed out one by one, if the server extension answers', async () => {
    await provider.restore();
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.accounts.signOut(BOB.id)).rejects.toMatchObject({
      problem: { code: 'no_answer' }
    });
    expect(names()).toEqual([BOB.id]);
    server.answers['sign-out'] = {};
    await provider.accounts.signOut(BOB.id);
    expect(server.asked.at(-1)).toEqual(['sign-out', { account: BOB.id }]);
    expect(names()).toEqual([]);
    // Of all accounts, nothing is left to sign out later.
    expect(provider.isSigningOut).toBe(false);
  });

  it('that another page has signed out cannot be switched to, which is no error', async () => {
    server.answers['switch-account'] = new ServerExtensionError(404, 'not_found', null);
    await provider.accounts.switchTo(BOB.id);
    server.answers['switch-account'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.accounts.switchTo(BOB.id)).rejects.toMatchObject({
      problem: { code: 'no_answer' }
    });
  });

  it('that another tab has signed out are not signed out again', async () => {
    await provider.restore();
    await provider.accounts.forget(BOB.id);
    expect(names()).toEqual([]);
    expect(server.count('sign-out')).toBe(0);
  });
});

describe('clear', () => {
  it('signs out in all browsers', async () => {
    await provider.clear(false);
    expect(server.asked).toEqual([['sign-out', {}]]);
  });

  it('ends no new sign-in of a tab that has signed out before', async () => {
    await provider.clear(true);
    expect(server.asked).toEqual([]);
  });

  it('is finished before a user is found again', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.clear(false)).rejects.toThrow();
    await expect(provider.fetchSession()).rejects.toMatchObject({ problem: { code: 'no_answer' } });
    expect([await provider.restore(), provider.isSigningOut]).toEqual([null, true]);
    server.answers['sign-out'] = {};
    await provider.fetchSession();
    await provider.restore();
    expect(provider.isSigningOut).toBe(false);
    expect(server.asked.map(([route]) => route)).toEqual([
      ...['sign-out', 'session', 'sign-out'],
      ...['session', 'sign-out', 'session', 'session']
    ]);
  });

  it('is not finished once the same user has signed in', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.clear(false)).rejects.toThrow();
    await provider.completeSignIn(null);
    expect(server.count('sign-out')).toBe(1);
  });

  it('is finished once another user has signed in, whose sign-in stays', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.clear(false)).rejects.toThrow();
    server.answers['sign-out'] = {};
    server.answers['session'] = { ...SIGNED_IN, others: [BOB] };
    expect(await provider.completeSignIn(null)).toEqual(FOUND);
    expect(server.asked.at(-1)).toEqual(['sign-out', { account: BOB.id }]);
    expect(names()).toEqual([]);
  });

  it('does not end the new sign-in while a machine is preferred', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.clear(false)).rejects.toThrow();
    server.answers['sign-out'] = {};
    server.answers['session'] = {
      ...{ ...SIGNED_IN, source: 'managed-identity', ambient: true, persisted_in: null },
      others: [BOB, ACCOUNT]
    };
    await provider.completeSignIn(null);
    expect(server.count('sign-out')).toBe(2);
    expect(server.asked.at(-1)).toEqual(['sign-out', { account: ACCOUNT.id }]);
    expect(names()).toEqual([BOB.id]);
  });

  it('is finished even if another page has switched accounts since', async () => {
    await provider.restore();
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(provider.clear(false)).rejects.toThrow();
    server.answers['sign-out'] = {};
    server.answers['session'] = { ...SIGNED_IN, account: BOB, others: [ACCOUNT] };
    await new ServerTokenProvider(server.self, 'AzureCloud').fetchSession();
    expect(server.asked.slice(-2)).toEqual([
      ['sign-out', { account: ACCOUNT.id }],
      ['session', {}]
    ]);
  });
});

describe('getToken', () => {
  const REQUEST = { scopes: STORAGE, account: ALICE.account, force: false, enableCae: false };
  const TOKEN = { token: 'TOKEN', token_type: 'Bearer', expires_on: 50, account: ACCOUNT };

  it('sends every field to the server extension', async () => {
    server.answers['token'] = TOKEN;
    const options = { tenantId: 't', claims: '{}', force: true, enableCae: true };
    const token = await provider.getToken({ ...REQUEST, ...options });
    expect(token).toMatchObject({ token: 'TOKEN', account: ALICE.account });
    expect(server.asked).toEqual([
      [
        'token',
        {
          scopes: STORAGE,
          tenant_id: 't',
          claims: '{}',
          account: 'o.t',
          force: true,
          enable_cae: true
        }
      ]
    ]);
  });

  it.each<[object, string, string]>([
    [new ServerExtensionError(401, 'sign_in_required', null), 'sign_in_required', 'sign_in_ended'],
    [
      new ServerExtensionError(401, 'consent_required', null),
      'consent_required',
      'consent_required'
    ]
  ])('says why there is none: %s', async (answer, code, problem) => {
    server.answers['token'] = answer;
    await expect(provider.getToken(REQUEST)).rejects.toMatchObject({
      code,
      problem: { code: problem, request: { scopes: STORAGE } }
    });
  });
});
