/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import type { IConfigured } from '../../../src/session/configuration';
import { ServerHalfError } from '../../../src/session/server-half';
import { openSources } from '../../../src/sources/open-sources';
import { FakeServer, SIGNED_IN } from '../sources/fake-server';
import { STORAGE, aWay } from '../panel/fixtures';
import { Tab, attention } from './tab';

const HELD: IConfigured = {
  kind: 'configured',
  ways: [aWay({ name: 'loopback' })],
  popup: null,
  server: { port: 8888, cloud: 'AzureCloud' }
};
const GONE = new ServerConnection.NetworkError(new TypeError());
const BROKEN = new ServerHalfError(500, 'unreadable', null);

/** A page whose server half answers as its wire can, and cannot. */
let tab: Tab;
let server: FakeServer;

beforeEach(() => {
  jest.useFakeTimers();
  tab = new Tab();
  server = new FakeServer();
  const { account } = SIGNED_IN;
  server.answers['token'] = { token: 'TOKEN', token_type: 'Bearer', expires_on: 2e9, account };
  tab.readConfiguration.mockResolvedValue(HELD);
  tab.openSources.mockImplementation(() => openSources(HELD, server.self));
});

afterEach(() => jest.useRealTimers());

const pass = (milliseconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds) as unknown as Promise<void>;

describe('an answer about who is signed in', () => {
  // Situation: answer of `session` | `{}`, a login page, half an account | page open | the user's
  // tokens go on | the page asks again after 5 s
  it.each<[string, object]>([
    ['nothing', {}],
    ['a text for an account', { account: 'x' }],
    ['half an account', { account: { id: 'o.t' } }],
    ['an error', BROKEN],
    ['none', GONE]
  ])('that is %s changes nothing', async (_, answer) => {
    await tab.session.prepare();
    server.answers['session'] = answer;
    await pass(20_000);
    expect(server.count('session')).toBeGreaterThan(3);
    expect(tab.states).toEqual(['signed-in']);
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
  });

  // Situation: answer of `session` | 500 or `{}` | page loads | none yet, nobody is said to be
  // signed out | the page asks again after 5 s
  it.each<[string, object]>([
    ['nothing', {}],
    ['an error', BROKEN]
  ])('that is %s while the page loads is asked for again', async (_, odd) => {
    server.answers['session'] = odd;
    await tab.session.prepare();
    expect(tab.session.state).toEqual(attention('no_answer'));
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
    ['too much at once', new ServerHalfError(429, 'too_many_requests', null)],
    ['none', GONE]
  ])('comes though the first answer is %s', async (_, answer) => {
    await tab.session.prepare();
    const good = server.answers['token']!;
    server.answers['token'] = answer;
    const token = tab.session.getToken(STORAGE);
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
  ])('is unavailable, within 10 s, where %s is answered', async (_, answer) => {
    await tab.session.prepare();
    server.answers['token'] = answer;
    const token = expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { code: 'no_answer' }
    });
    await pass(10_000);
    await token;
    expect([server.count('token'), tab.states]).toEqual([4, ['signed-in']]);
  });

  it('that was refused is asked for once', async () => {
    await tab.session.prepare();
    server.answers['token'] = new ServerHalfError(409, 'refused', 'AADSTS53003');
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'failed' });
    expect(server.count('token')).toBe(1);
  });
});
