/** @jest-environment jsdom */
import { TabSignIn } from '../../../src/providers/tab-sign-in';

const DAY = 24 * 60 * 60 * 1000;
const KEY = 'jupyter-azure-auth:signed-in:client';
const NOW = 1_800_000_000_000;
let record: TabSignIn;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  sessionStorage.clear();
  record = new TabSignIn('client');
});

afterEach(() => jest.useRealTimers());

describe('TabSignIn', () => {
  it('keeps the account across a reload, for 24 hours', () => {
    const made = record.write('alice', NOW);
    expect(made).toEqual({
      accountId: 'alice',
      signedInAt: NOW,
      activeSince: NOW,
      expiresAt: NOW + DAY,
      caeTokens: []
    });
    expect(new TabSignIn('client').read()).toEqual(made);
    jest.setSystemTime(NOW + DAY - 1);
    expect(record.read()).toEqual(made);
    jest.setSystemTime(NOW + DAY);
    expect(record.read()).toBeNull();
  });

  it('belongs to one app', () => {
    record.write('alice', NOW);
    expect(new TabSignIn('other').read()).toBeNull();
  });

  it('remembers which tokens were made for continuous access', () => {
    record.recordCaeToken('alice', 'a', true);
    expect(record.isCaeToken('alice', 'a')).toBe(false);
    record.write('alice', NOW);
    record.recordCaeToken('alice', 'a', true);
    record.recordCaeToken('alice', 'a', true);
    record.recordCaeToken('alice', 'b', false);
    expect(record.read()?.caeTokens).toEqual(['a']);
    record.recordCaeToken('alice', 'a', false);
    expect(record.isCaeToken('alice', 'a')).toBe(false);
  });

  it('remembers it for an account that is not active, too', () => {
    record.write('alice', NOW);
    record.recordCaeToken('alice', 'a', true);
    record.write('bob', NOW + 1);
    record.recordCaeToken('alice', 'b', true);
    expect(record.isCaeToken('alice', 'a')).toBe(true);
    expect(record.isCaeToken('alice', 'b')).toBe(true);
    expect(record.isCaeToken('bob', 'b')).toBe(false);
    expect(record.read()).toMatchObject({ accountId: 'bob', caeTokens: [] });
  });

  it('records when this tab began to use an account', () => {
    record.write('alice', NOW);
    record.write('bob', NOW + 1);
    jest.setSystemTime(NOW + 5);
    record.switchTo('alice');
    const alice = { accountId: 'alice', signedInAt: NOW, activeSince: NOW + 5 };
    expect(new TabSignIn('client').read()).toMatchObject(alice);
  });

  it('is gone if its account was forgotten, and no other one replaces it', () => {
    record.write('alice', NOW);
    record.write('bob', NOW + 1);
    record.forget('bob');
    expect([record.read(), record.expiredId, record.others.length]).toEqual([null, undefined, 1]);
    record.switchTo('alice');
    expect([record.read()?.accountId, record.others]).toEqual(['alice', []]);
  });

  it('is gone after a sign-out', () => {
    record.write('alice', NOW);
    record.clear();
    expect(record.read()).toBeNull();
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"accountId": 1}',
    '{"accountId":"a","signedInAt":1,"expiresAt":"x"}'
  ])('ignores %j in the storage', broken => {
    sessionStorage.setItem(KEY, broken);
    expect(record.read()).toBeNull();
  });
});
