/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { ServerHalfError } from '../../../src/session/server-half';
import { ServerHolder } from '../../../src/sources/server-holder';
import type { ISignIn } from '../../../src/sources/source';
import { ALICE, STORAGE } from '../panel/fixtures';
import { ACCOUNT, FakeServer, NOBODY, SIGNED_IN } from './fake-server';

const NOW = 1_800_000_000_000;
const FOUND: ISignIn = {
  ...{ account: ALICE.account, source: 'loopback', automatic: false, kept: 'memory', keeps: null },
  ...{ madeOn: NOW, endsOn: null }
};

let server: FakeServer;
let holder: ServerHolder;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  localStorage.clear();
  server = new FakeServer();
  holder = new ServerHolder(server.self, 'AzureCloud');
});

afterEach(() => jest.useRealTimers());

describe('restore', () => {
  it('finds whom the server half holds, by the clock of this browser', async () => {
    expect(await holder.restore()).toEqual(FOUND);
  });

  it.each([
    ['nobody', NOBODY],
    ['one of a source that is not known yet', { ...SIGNED_IN, source: 'teleport' }]
  ])('finds nobody in %s', async (_, session) => {
    server.answers['session'] = session;
    expect(await holder.restore()).toBeNull();
  });

  it.each<[string, object, Partial<ISignIn>]>([
    ['in a keychain', { kept: 'keychain' }, { kept: 'keychain' }],
    ['in a file', { kept: 'file' }, { kept: 'file' }],
    ['somewhere else', { kept: 'elsewhere' }, { kept: 'memory' }],
    [
      'of a machine',
      { source: 'managed-identity', automatic: true, kept: null },
      { source: 'managed-identity', automatic: true, kept: 'memory' }
    ]
  ])('knows a sign-in %s', async (_, said, found) => {
    server.answers['session'] = { ...SIGNED_IN, ...said };
    expect(await holder.restore()).toEqual({ ...FOUND, ...found });
  });

  it('says which refusal has ended a sign-in', async () => {
    server.answers['session'] = { ...NOBODY, ended_by: 'AADSTS50173' };
    await expect(holder.restore()).rejects.toMatchObject({
      code: 'sign_in_required',
      problem: { code: 'sign_in_ended', detail: 'AADSTS50173', need: null }
    });
  });

  it('describes trouble', async () => {
    server.answers['session'] = new ServerConnection.NetworkError(new TypeError());
    await expect(holder.restore()).rejects.toMatchObject({ problem: { code: 'no_answer' } });
  });
});

describe('forget', () => {
  it('signs out for everybody', async () => {
    await holder.forget(false);
    expect(server.asked).toEqual([['sign-out', {}]]);
  });

  it('ends no new sign-in of a tab that has signed out before', async () => {
    await holder.forget(true);
    expect(server.asked).toEqual([]);
  });

  it('is made up for before anybody is found again', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(holder.forget(false)).rejects.toThrow();
    await expect(holder.look()).rejects.toMatchObject({ problem: { code: 'no_answer' } });
    expect([await holder.restore(), holder.isSigningOut]).toEqual([null, true]);
    server.answers['sign-out'] = {};
    await holder.look();
    await holder.restore();
    expect(holder.isSigningOut).toBe(false);
    expect(server.asked.map(([route]) => route)).toEqual([
      ...['sign-out', 'session', 'sign-out'],
      ...['session', 'sign-out', 'session', 'session']
    ]);
  });

  it('is not made up for once somebody has signed in', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(holder.forget(false)).rejects.toThrow();
    await holder.entered(null);
    expect(server.count('sign-out')).toBe(1);
  });
});

describe('getToken', () => {
  const REQUEST = { scopes: STORAGE, account: ALICE.account, force: false, enableCae: false };
  const TOKEN = { token: 'TOKEN', token_type: 'Bearer', expires_on: 50, account: ACCOUNT };

  it('asks the server half for all that is wanted', async () => {
    server.answers['token'] = TOKEN;
    const wish = { tenantId: 't', claims: '{}', force: true, enableCae: true };
    const token = await holder.getToken({ ...REQUEST, ...wish });
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
    [new ServerHalfError(401, 'sign_in_required', null), 'sign_in_required', 'sign_in_ended'],
    [new ServerHalfError(401, 'consent_required', null), 'consent_required', 'consent_required']
  ])('says why there is none: %s', async (answer, code, problem) => {
    server.answers['token'] = answer;
    await expect(holder.getToken(REQUEST)).rejects.toMatchObject({
      code,
      problem: { code: problem, need: { scopes: STORAGE } }
    });
  });
});
