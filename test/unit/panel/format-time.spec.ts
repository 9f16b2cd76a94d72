import { nullTranslator } from '@jupyterlab/translation';
import {
  formatElapsed,
  formatExpiry,
  formatRemaining,
  formatValidity
} from '../../../src/panel/format-time';

const trans = nullTranslator.load('');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** In the local time zone, as every user reads it. */
const NOW = new Date(2026, 10, 23, 9, 41).getTime();

describe('formatElapsed', () => {
  it.each([
    [-5_000, 'just now'],
    [0, 'just now'],
    [59_999, 'just now'],
    [MINUTE, '1 min ago'],
    [4.9 * MINUTE, '4 min ago'],
    [HOUR - 1, '59 min ago'],
    [HOUR, '1 h ago'],
    [24 * HOUR - 1, '23 h ago'],
    [24 * HOUR, '1 day ago'],
    [50 * HOUR, '2 days ago']
  ])('says after %d ms: %s', (passed, words) => {
    expect(formatElapsed(NOW - passed, NOW, trans)).toBe(words);
  });
});

describe('formatRemaining', () => {
  it.each([
    [15 * MINUTE, 'The code expires in 15 minutes.'],
    [2 * MINUTE - 1, 'The code expires in one minute.'],
    [MINUTE - 1, 'The code expires in less than a minute.'],
    [-1, 'The code expires in less than a minute.']
  ])('says of %d ms: %s', (left, words) => {
    expect(formatRemaining(NOW + left, NOW, trans)).toBe(words);
  });
});

describe('formatExpiry', () => {
  it.each([
    [new Date(2026, 10, 23, 9, 41), 'has ended'],
    [new Date(2026, 10, 23, 10, 35), 'ends soon, in 54 min'],
    [new Date(2026, 10, 23, 15, 41), 'ends soon, in 6 h'],
    [new Date(2026, 10, 23, 15, 42), 'ends today at 15:42'],
    [new Date(2026, 10, 23, 23, 59), 'ends today at 23:59'],
    [new Date(2026, 10, 24, 0, 0), 'ends tomorrow at 00:00'],
    [new Date(2026, 10, 24, 9, 41), 'ends tomorrow at 09:41']
  ])('says of %s: %s', (then, words) => {
    expect(formatExpiry(then.getTime(), NOW, trans)).toBe(words);
  });

  it('supports sign-ins that have no end', () => {
    expect(formatExpiry(null, NOW, trans)).toBe('until you sign out or Jupyter stops');
  });

  it('names the day of anything later', () => {
    const words = formatExpiry(new Date(2026, 10, 25, 8, 5).getTime(), NOW, trans);
    expect(words).toMatch(/^ends .*25.* at 08:05$/);
  });

  // In the zone that `jest.config.mjs` sets.
  it('follows the calendar if a day has 25 hours', () => {
    const now = new Date(2026, 9, 25, 1, 0).getTime();
    expect(formatExpiry(new Date(2026, 9, 26, 23, 30).getTime(), now, trans)).toBe(
      'ends tomorrow at 23:30'
    );
  });
});

describe('formatValidity', () => {
  it.each([
    [60, true, 'renews in 55 min'],
    [125, true, 'renews in 2 h'],
    // Never "expires": it renews itself, also a token that is short-lived from the start.
    [4, true, 'renews in a moment'],
    [-1, true, 'renews on next use'],
    [60, false, 'expires in 1 h'],
    [12.9, false, 'expires in 12 min'],
    [0.5, false, 'expires in a moment'],
    [0, false, 'expired just now'],
    [-3, false, 'expired 3 min ago']
  ])('says %d minutes before the end, renewing %s: %s', (left, renews, words) => {
    expect(formatValidity(NOW + left * MINUTE, NOW, renews, trans)).toBe(words);
  });
});
