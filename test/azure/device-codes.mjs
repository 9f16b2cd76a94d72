/** Device codes (RFC 8628), from the app's request to its last poll. */
import { randomBytes, randomInt } from 'node:crypto';
import { EntraError } from './aadsts.mjs';

/** Letters and digits that cannot be mistaken for one another. Entra's user codes have nine of them. */
const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 9;

/** Seconds that a poll may come early: clocks and networks are not exact. */
const TOLERANCE = 0.5;

/** RFC 8628, 3.5: for every "slow down". */
const SLOWER_SECONDS = 5;

/**
 * What redeems an approved one, at oidc-provider, which is asked as if it were an authorization code.
 *
 * @typedef {object} Approval
 * @property {string} tenantId - Of the user.
 * @property {string} code
 * @property {string} verifier
 * @property {string} redirectUri
 */

/**
 * @typedef {object} DeviceCode
 * @property {string} userCode
 * @property {string} deviceCode
 * @property {string} segment - The tenant in the address of the request.
 * @property {import('./registrations.mjs').Registration} client
 * @property {import('./scopes.mjs').Asked} asked
 * @property {number} expiresAt - Milliseconds since the epoch.
 * @property {number} interval - Seconds between two polls.
 * @property {number} polledAt - Milliseconds since the epoch.
 * @property {boolean} typed - Whether the user code was entered; it cannot be entered again.
 * @property {Approval | EntraError | undefined} outcome - Undefined: the user is not done.
 */

/**
 * @param {Pick<DeviceCode, 'segment' | 'client' | 'asked'>} request
 * @param {{seconds: number, interval: number}} life
 * @returns {DeviceCode}
 */
export function makeDeviceCode(request, { seconds, interval }) {
  const signs = Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]);
  return {
    ...request,
    userCode: signs.join(''),
    deviceCode: `D${randomBytes(96).toString('base64url')}`,
    expiresAt: Date.now() + seconds * 1000,
    interval,
    // MSAL asks at once.
    polledAt: 0,
    typed: false,
    outcome: undefined
  };
}

/**
 * @param {Iterable<DeviceCode>} codes
 * @param {string} typed - As typed by a user: case and spaces do not count.
 * @returns {DeviceCode | undefined} Undefined if it is unknown, used or too old.
 */
export function typedCode(codes, typed) {
  const wanted = typed.replace(/[\s-]/g, '').toUpperCase();
  return [...codes].find(
    ({ userCode, typed: used, expiresAt }) => userCode === wanted && !used && Date.now() < expiresAt
  );
}

/**
 * Answers a poll of the app.
 *
 * @param {DeviceCode | undefined} code
 * @returns {Approval}
 * @throws {EntraError} There is nothing to redeem, or not yet.
 */
export function poll(code) {
  if (!code) {
    throw new EntraError(70018);
  }
  const early = Date.now() - code.polledAt < (code.interval - TOLERANCE) * 1000;
  code.polledAt = Date.now();
  if (code.outcome instanceof EntraError) {
    throw code.outcome;
  }
  if (Date.now() >= code.expiresAt) {
    throw new EntraError(70020);
  }
  if (early) {
    code.interval += SLOWER_SECONDS;
    throw new EntraError('slow-down');
  }
  if (!code.outcome) {
    throw new EntraError(70016);
  }
  return code.outcome;
}
