/** @jest-environment jsdom */
import { SignOutBroadcast } from '../../../src/auth/sign-out-broadcast';

const KEY = 'jupyter-azure-auth:signed-out:/user/a/';
const DAY = 24 * 60 * 60 * 1000;
const here = (): SignOutBroadcast => new SignOutBroadcast('https://hub.example/user/a/');

beforeEach(() => localStorage.clear());

describe('SignOutBroadcast', () => {
  it.each([
    ['before', 999, true],
    ['in the same moment', 1000, true],
    ['after', 1001, false]
  ])('covers a sign-in made %s: %d, %s', (_, since, covered) => {
    here().publish('alice', 1000);
    expect(here().wasSignedOutSince('alice', since)).toBe(covered);
  });

  it('covers no other account, and none of another server of this origin', () => {
    here().publish('alice', 1000);
    expect(here().wasSignedOutSince('bob', 1)).toBe(false);
    expect(new SignOutBroadcast('https://hub.example/user/b/').wasSignedOutSince('alice', 1)).toBe(
      false
    );
  });

  it('is kept for as long as a sleeping tab may come back with a sign-in', () => {
    here().publish('alice', 1000);
    here().publish('bob', 1000 + DAY - 1);
    expect(here().wasSignedOutSince('alice', 1)).toBe(true);
    here().publish('bob', 1000 + DAY);
    expect(here().wasSignedOutSince('alice', 1)).toBe(false);
  });

  it.each(['{', 'null', '"x"', '{"alice": "1000"}'])('ignores %s in the storage', broken => {
    localStorage.setItem(KEY, broken);
    expect(here().wasSignedOutSince('alice', 1)).toBe(false);
    here().publish('alice', 1000);
    expect(here().wasSignedOutSince('alice', 1)).toBe(true);
  });

  // Situation: sign-out mark in localStorage | from the future (a clock set back, or written by
  // another script) | any lookup | the user's token; the mark is ignored | nothing to do
  it.each([1, 365])('ignores a mark from %d days ahead', days => {
    const ahead = Date.now() + days * DAY;
    localStorage.setItem(KEY, JSON.stringify({ alice: ahead, bob: 1000 }));
    expect(here().wasSignedOutSince('alice', Date.now())).toBe(false);
    expect(here().wasSignedOutSince('bob', 1)).toBe(true);
    here().publish('bob', Date.now());
    expect(localStorage.getItem(KEY)).not.toContain(String(ahead));
  });

  it('emits the marks of other tabs, and nothing else', () => {
    let heard = 0;
    here().received.connect(() => (heard += 1));
    window.dispatchEvent(new StorageEvent('storage', { key: 'other' }));
    expect(heard).toBe(0);
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    expect(heard).toBe(1);
  });
});
