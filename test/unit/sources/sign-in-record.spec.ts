/** @jest-environment jsdom */
import { SignInRecord } from '../../../src/sources/sign-in-record';

const DAY = 24 * 60 * 60 * 1000;
const KEY = 'jupyter-azure-auth:signed-in:client';
const NOW = 1_800_000_000_000;
let record: SignInRecord;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  sessionStorage.clear();
  record = new SignInRecord('client');
});

afterEach(() => jest.useRealTimers());

describe('SignInRecord', () => {
  it('keeps who signed in across a reload, for 24 hours', () => {
    const made = record.write('alice', NOW);
    expect(made).toEqual({ accountId: 'alice', madeOn: NOW, endsOn: NOW + DAY, continuous: [] });
    expect(new SignInRecord('client').read()).toEqual(made);
    jest.setSystemTime(NOW + DAY - 1);
    expect(record.read()).toEqual(made);
    jest.setSystemTime(NOW + DAY);
    expect(record.read()).toBeNull();
  });

  it('is of one app', () => {
    record.write('alice', NOW);
    expect(new SignInRecord('other').read()).toBeNull();
  });

  it('remembers which tokens were made for continuous access', () => {
    record.noteContinuous('a', true);
    expect(record.isContinuous('a')).toBe(false);
    record.write('alice', NOW);
    record.noteContinuous('a', true);
    record.noteContinuous('a', true);
    record.noteContinuous('b', false);
    expect(record.read()?.continuous).toEqual(['a']);
    record.noteContinuous('a', false);
    expect(record.isContinuous('a')).toBe(false);
  });

  it('is gone after a sign-out', () => {
    record.write('alice', NOW);
    record.clear();
    expect(record.read()).toBeNull();
  });

  it.each(['', '{', 'null', '[]', '{"accountId": 1}', '{"accountId":"a","madeOn":1,"endsOn":"x"}'])(
    'takes %j for no sign-in',
    broken => {
      sessionStorage.setItem(KEY, broken);
      expect(record.read()).toBeNull();
    }
  );
});
