import type { TranslationBundle } from '@jupyterlab/translation';
import { REFRESH_MARGIN_MS } from '../auth/token-lifetime';

/**
 * Points in time in plain words. All times are in milliseconds since the epoch; nothing here reads
 * the clock.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Made once: it takes a browser longer to make one of these than to render the panel. */
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23'
});
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** The last quarter of a sign-in in a tab, which lasts 24 hours. */
const SOON_MS = DAY_MS / 4;

/** Return how long ago something was: "just now", "4 min ago". */
export function formatElapsed(then: number, now: number, trans: TranslationBundle): string {
  const passed = now - then;
  // The clock on screen ticks rarely, so a new event may seem to be in the future.
  if (passed < MINUTE_MS) {
    return trans.__('just now');
  }
  if (passed < HOUR_MS) {
    return trans.__('%1 min ago', Math.floor(passed / MINUTE_MS));
  }
  if (passed < DAY_MS) {
    return trans.__('%1 h ago', Math.floor(passed / HOUR_MS));
  }
  return trans._n('%1 day ago', '%1 days ago', Math.floor(passed / DAY_MS));
}

/**
 * Return when a sign-in ends: "ends tomorrow at 09:41", and toward its end "ends soon, in 54 min".
 *
 * @param then - Null if use prolongs it: the server then holds it in memory.
 */
export function formatExpiry(then: number | null, now: number, trans: TranslationBundle): string {
  if (then === null) {
    return trans.__('until you sign out or Jupyter stops');
  }
  if (then <= now) {
    return trans.__('has ended');
  }
  if (then - now <= SOON_MS) {
    return trans.__('ends soon, %1', formatLeft(then - now, trans));
  }
  switch (daysBetween(now, then)) {
    case 0:
      return trans.__('ends today at %1', formatClock(then));
    case 1:
      return trans.__('ends tomorrow at %1', formatClock(then));
    default:
      return trans.__('ends %1 at %2', day(then), formatClock(then));
  }
}

/**
 * Return how long a token is valid: "renews in 54 min", or "expires in 54 min" if there is no
 * sign-in that could renew it.
 *
 * @param renews - Whether there is one.
 */
export function formatValidity(
  expiresOn: number,
  now: number,
  renews: boolean,
  trans: TranslationBundle
): string {
  if (renews && expiresOn <= now) {
    return trans.__('renews on next use');
  }
  if (renews) {
    return trans.__('renews %1', formatLeft(expiresOn - REFRESH_MARGIN_MS - now, trans));
  }
  return expiresOn <= now
    ? trans.__('expired %1', formatElapsed(expiresOn, now, trans))
    : trans.__('expires %1', formatLeft(expiresOn - now, trans));
}

/** Return the exact time, for a tooltip; empty for what has no end. */
export function formatExact(then: number | null): string {
  return then === null ? '' : EXACT.format(then);
}

/** Return a time that is left: "in 54 min", "in 5 h". Rounded down, as a promise is. */
function formatLeft(left: number, trans: TranslationBundle): string {
  if (left < MINUTE_MS) {
    return trans.__('in a moment');
  }
  return left < HOUR_MS
    ? trans.__('in %1 min', Math.floor(left / MINUTE_MS))
    : trans.__('in %1 h', Math.floor(left / HOUR_MS));
}

/** Return how long a code is valid: "The code expires in 14 minutes." */
export function formatRemaining(expiresOn: number, now: number, trans: TranslationBundle): string {
  const minutes = Math.floor((expiresOn - now) / MINUTE_MS);
  return minutes < 1
    ? trans.__('The code expires in less than a minute.')
    : trans._n('The code expires in one minute.', 'The code expires in %1 minutes.', minutes);
}

/** Return the time of day, with two digits each, in the user's time zone. */
export function formatClock(then: number): string {
  return CLOCK.format(then);
}

function day(then: number): string {
  return DAY.format(then);
}

/** By the calendar. Rounded, since days on which clocks change have 23 or 25 hours. */
function daysBetween(from: number, to: number): number {
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

function midnight(then: number): number {
  return new Date(then).setHours(0, 0, 0, 0);
}
