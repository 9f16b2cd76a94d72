/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import type { IConfigured } from '../../../src/auth/config';
import { ServerExtensionError } from '../../../src/server-api/client';
import { createProviders } from '../../../src/providers/create-providers';
import { FakeServer, NO_SIGN_IN, SIGNED_IN } from '../providers/fake-server';
import { STORAGE, aMethod } from '../panel/fixtures';
import { pass } from './server-harness';
import { TabHarness, attention } from './tab-harness';

const HELD: IConfigured = {
  kind: 'configured',
  methods: [aMethod({ name: 'loopback' })],
  popup: null,
  server: { port: 8888, cloud: 'AzureCloud' },
  sharesTabs: false,
  allowedResources: null
};
const GONE = new ServerConnection.NetworkError(new TypeError());
const BROKEN = new ServerExtensionError(500, 'unreadable', null);

/** A page with a server extension that answers as the wire allows, and otherwise. */
let tab: TabHarness;
let server: FakeServer;

beforeEach(() => {
  jest.useFakeTimers();
  localStorage.clear();
  tab = new TabHarness();
  server = new FakeServer();
  const { account } = SIGNED_IN;
  server.answers['token'] = { token: 'TOKEN', token_type: 'Bearer', expires_on: 2e9, account };
  tab.readConfig.mockResolvedValue(HELD);
  tab.createProviders.mockImplementation(() => createProviders(HELD, server.self));
});

afterEach(() => jest.useRealTimers());

describe('an answer about who is signed in', () => {
  // Situation: answer of `session` | `{}`, a login page, half an account | page open | the user's
  // tokens stay available | the page asks again after 5 s
  it.each<[string, object]>([
    ['nothing', {}],
    ['a text for an account', { account: 'x' }],
    ['half an account', { account: { id: 'o.t' } }],
    ['an error', BROKEN],
    ['none', GONE]
  ])('that is %s changes nothing', async (_, answer) => {
    await tab.auth.prepare();
    server.answers['session'] = answer;
    await pass(20_000);
    expect(server.count('session')).toBeGreaterThan(3);
    expect(tab.states).toEqual(['signed-in']);
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
  });

  // Situation: answer of `session` | 500 or `{}` | page loads | none yet, the user is not reported
  // as signed out | the page asks again after 5 s
  it.each<[string, object]>([
    ['nothing', {}],
    ['an error', BROKEN]
  ])('that is %s while the page loads is asked for again', async (_, odd) => {
    server.answers['session'] = odd;
    await tab.auth.prepare();
    expect(tab.auth.state).toEqual(attention('no_answer'));
    await pass(10_000);
    expect(tab.states).toEqual(['needs-attention no_answer']);
    server.answers['session'] = SIGNED_IN;
    await pass(5_000);
    expect(tab.states).toEqual(['needs-attention no_answer', 'signed-in']);
  });
});

describe('a token', () => {
  // Situation: answer of `token` | 500, reset or garbage, once | first token | the user's token |
  // the page asks again within a second
  it.each<[string, object]>([
    ['nothing', {}],
    ['an error', BROKEN],
    ['too much at once', new ServerExtensionError(429, 'too_many_requests', null)],
    ['none', GONE]
  ])('arrives even if the first answer is %s', async (_, answer) => {
    await tab.auth.prepare();
    const good = server.answers['token']!;
    server.answers['token'] = answer;
    const token = tab.auth.getToken(STORAGE);
    await pass(500);
    server.answers['token'] = good;
    await pass(500);
    await expect(token).resolves.toMatchObject({ token: 'TOKEN' });
    expect(server.count('token')).toBe(2);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['an error', BROKEN],
    ['none', GONE]
  ])('is unavailable, within 10 s, if the answer is %s', async (_, answer) => {
    await tab.auth.prepare();
    server.answers['token'] = answer;
    const token = expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { code: 'no_answer' }
    });
    await pass(10_000);
    await token;
    expect([server.count('token'), tab.states]).toEqual([4, ['signed-in']]);
  });

  it('that was refused is requested once', async () => {
    await tab.auth.prepare();
    server.answers['token'] = new ServerExtensionError(409, 'refused', 'AADSTS53003');
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'failed' });
    expect(server.count('token')).toBe(1);
  });
});

describe('a refusal of one request', () => {
  const MACHINE = { ...SIGNED_IN, source: 'managed-identity', ambient: true };
  const ENDED = new ServerExtensionError(401, 'sign_in_required', null);
  const elsewhere = { tenantId: 'fabrikam.com' };

  // Situation: ambient identity | refuses one request, e.g. for another tenant | first token | an
  // error at once; other requests still get the machine's token | leave the tenant out
  it('keeps the identity of a machine, and makes no caller wait', async () => {
    server.answers['session'] = MACHINE;
    await tab.auth.prepare();
    const good = server.answers['token']!;
    server.answers['token'] = ENDED;
    await expect(tab.auth.getToken(STORAGE, elsewhere)).rejects.toMatchObject({
      code: 'failed',
      problem: { code: 'refused', request: { scopes: STORAGE, ...elsewhere } }
    });
    server.answers['token'] = good;
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.states).toEqual(['signed-in']);
  });

  it('is reported with the reason of the server', async () => {
    await tab.auth.prepare();
    const explanation = 'This identity is in the tenant contoso-id. Leave it out.';
    const refusal = new ServerExtensionError(409, 'wrong_tenant', null, undefined, explanation);
    server.answers['token'] = refusal;
    await expect(tab.auth.getToken(STORAGE, elsewhere)).rejects.toMatchObject({
      code: 'wrong_tenant',
      problem: { code: 'wrong_tenant', explanation }
    });
    expect(tab.states).toEqual(['signed-in']);
  });

  it('ends no sign-in that the server extension still has', async () => {
    await tab.auth.prepare();
    server.answers['token'] = ENDED;
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
      code: 'sign_in_required'
    });
    expect(tab.states).toEqual(['signed-in']);
  });

  it('ends what the server extension has ended', async () => {
    await tab.auth.prepare();
    server.answers['token'] = ENDED;
    server.answers['session'] = { ...NO_SIGN_IN, ended_by: 'AADSTS50173' };
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
      code: 'sign_in_required'
    });
    expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  });
});

describe('a sign-out', () => {
  const OTHERS = { ...SIGNED_IN, signed_in_at: 6 };

  beforeEach(() => tab.auth.prepare());

  /** Sign out, with this answer. */
  async function leave(answer: object | Promise<object>): Promise<void> {
    server.answers['sign-out'] = answer;
    tab.states.length = 0;
    tab.auth.signOut().catch(() => undefined);
    await pass(0);
  }

  /** The server extension answers again. */
  function recover(): void {
    server.answers['sign-out'] = {};
    server.answers['session'] = NO_SIGN_IN;
  }

  it('is reported as done once it is', async () => {
    server.answers['session'] = NO_SIGN_IN;
    await leave({});
    expect(tab.states).toEqual(['signing-out', 'signed-out']);
    expect(localStorage.length).toBe(1);
  });

  // Situation: server | `sign-out` answers 500, is reset or hangs | user signs out | none;
  // "has not confirmed it yet" | the page asks again every 5 s
  it.each<[string, () => object | Promise<object>]>([
    ['an error', () => BROKEN],
    ['a reset', () => GONE],
    // For as long as `ServerExtensionClient` waits.
    ['nothing', () => new Promise(resolve => setTimeout(() => resolve(GONE), 20_000))]
  ])('that is answered by %s is reported, and retried', async (_, answer) => {
    await leave(answer());
    await pass(12_000);
    expect(tab.states).toEqual(['signing-out']);
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    recover();
    await pass(15_000);
    expect(tab.states).toEqual(['signing-out', 'signed-out']);
    const { length } = server.asked;
    await pass(5_000);
    expect(server.asked.slice(length)).toEqual([['session', {}]]);
  });

  it('that is not confirmed rejects', async () => {
    server.answers['sign-out'] = BROKEN;
    await expect(tab.auth.signOut()).rejects.toMatchObject({ code: 'unavailable' });
  });

  // Situation: server | `sign-out` answers 500, and the tab is closed | next page | none | the
  // next page finishes it before it looks for a sign-in
  it('is finished by the next page', async () => {
    await leave(BROKEN);
    tab.load();
    await tab.auth.prepare();
    expect(tab.auth.state).toEqual({ kind: 'signing-out' });
    recover();
    await pass(5_000);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
    tab.load();
    server.asked.length = 0;
    await tab.auth.prepare();
    expect(server.asked).toEqual([['session', {}]]);
  });

  it('is finished by the next page at once if possible', async () => {
    await leave(BROKEN);
    server.answers['sign-out'] = {};
    server.asked.length = 0;
    tab.load();
    server.answers['session'] = Promise.resolve(SIGNED_IN).then(first => {
      server.answers['session'] = NO_SIGN_IN;
      return first;
    });
    await tab.auth.prepare();
    await pass(0);
    expect(server.asked.map(([route]) => route)).toEqual(['session', 'sign-out', 'session']);
    expect(tab.states).toEqual(['signing-out', 'signed-out']);
  });

  // Situation: server | `sign-out` not confirmed, then the user signs in again elsewhere | next
  // page | the new sign-in's | nothing to do
  it('ends no sign-in that was made since', async () => {
    await leave(BROKEN);
    server.answers['session'] = OTHERS;
    server.asked.length = 0;
    tab.load();
    await tab.auth.prepare();
    await pass(0);
    expect(server.count('sign-out')).toBe(0);
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in' });
  });

  it('leaves another tab of this browser without a user', async () => {
    await leave(BROKEN);
    const here = tab.auth;
    const other = tab.load();
    await other.prepare();
    await pass(10_000);
    expect([here.state, other.state]).toEqual([{ kind: 'signing-out' }, { kind: 'signing-out' }]);
  });

  it('leads to the machine identity once it is done', async () => {
    await leave(BROKEN);
    const machine = { ...SIGNED_IN, source: 'managed-identity', ambient: true };
    recover();
    server.answers['session'] = machine;
    await pass(5_000);
    expect(tab.states).toEqual(['signing-out', 'signed-in']);
    expect(server.count('sign-out')).toBe(2);
  });
});
