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

describe('SignInRecord', () => {
  it('keeps the account across a reload, for 24 hours', () => {
    const made = record.write('alice', NOW);
    expect(made).toEqual({
      accountId: 'alice',
      signedInAt: NOW,
      expiresAt: NOW + DAY,
      caeTokens: []
    });
    expect(new TabSignIn('client').read()).toEqual(made);
    jest.setSystemTime(NOW + DAY - 1);
    expect(record.read()).toEqual(made);
    jest.setSystemTime(NOW + DAY);
    expect(record.read()).toBeNull();
  });

  it('is of one app', () => {
    record.write('alice', NOW);
    expect(new TabSignIn('other').read()).toBeNull();
  });

  it('remembers which tokens were made for continuous access', () => {
    record.recordCaeToken('a', true);
    expect(record.isCaeToken('a')).toBe(false);
    record.write('alice', NOW);
    record.recordCaeToken('a', true);
    record.recordCaeToken('a', true);
    record.recordCaeToken('b', false);
    expect(record.read()?.caeTokens).toEqual(['a']);
    record.recordCaeToken('a', false);
    expect(record.isCaeToken('a')).toBe(false);
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
  ])('takes %j for no sign-in', broken => {
    sessionStorage.setItem(KEY, broken);
    expect(record.read()).toBeNull();
  });
});
