/** What tests may change while the authority runs. */
import { entraErrorNamed } from './aadsts.mjs';
import { isTokenFault } from './faults.mjs';

/**
 * @typedef {object} TokenError
 * @property {number} status
 * @property {string} error
 * @property {string} [error_description]
 * @property {string} [suberror]
 */

/**
 * A policy that blocks a sign-in with a code.
 *
 * @typedef {object} DeviceError
 * @property {string} number - `AADSTS53003`, on the page.
 * @property {boolean} appIsTold - Whether the app gets it, too. If not, it asks on until the code ends, as happens at Entra.
 */

/**
 * @typedef {object} Settings
 * @property {number} accessTokenSeconds - Life of the next access tokens, in seconds.
 * @property {number | null} refreshTokenSeconds - Life of the next refresh tokens, in seconds; absolute. Null: as the client has it at Entra.
 * @property {number} authorizeDelayMilliseconds - Before an authorize request is looked at.
 * @property {boolean} askConsent - A consent page the first time per user, client and resource.
 * @property {string | null} nextAuthorizeError - `AADSTS50105`: answer of the next authorize request only.
 * @property {TokenError | null} nextTokenError - Answer of the next token request only.
 * @property {TokenError | null} tokenError - Answer of every token request from now on.
 * @property {import('./faults.mjs').TokenFault | null} tokenFault - How token requests misbehave from now on.
 * @property {number} deviceCodeSeconds - Life of the next device codes, in seconds.
 * @property {number} deviceCodeIntervalSeconds - Between two polls for the next device codes.
 * @property {string | null} armWantsContext - Authentication context without which Azure Resource Manager challenges, e.g. `c1`.
 * @property {DeviceError | null} nextDeviceError - Policy that blocks the next sign-in with a code.
 */

/** @type {Readonly<Settings>} */
const DEFAULTS = {
  accessTokenSeconds: 3600,
  refreshTokenSeconds: null,
  authorizeDelayMilliseconds: 0,
  askConsent: false,
  nextAuthorizeError: null,
  nextTokenError: null,
  tokenError: null,
  tokenFault: null,
  deviceCodeSeconds: 900,
  deviceCodeIntervalSeconds: 5,
  armWantsContext: null,
  nextDeviceError: null
};

/** @returns {Settings} */
export function defaultSettings() {
  return { ...DEFAULTS };
}

/**
 * Merges what a test sent. An unknown name is an error: a test with a misspelt setting would pass for nothing.
 *
 * @param {Settings} settings - Changed in place.
 * @param {unknown} change - `{reset: true}` alone, or settings.
 * @throws {TypeError} Names the setting that does not exist or has another type.
 */
export function changeSettings(settings, change) {
  if (typeof change !== 'object' || change === null) {
    throw new TypeError('Settings are an object.');
  }
  const { reset, ...rest } = /** @type {Record<string, unknown>} */ (change);
  for (const [name, value] of Object.entries(rest)) {
    if (!fits(name, value)) {
      throw new TypeError(`There is no such setting, or its value has the wrong type: ${name}`);
    }
  }
  Object.assign(settings, reset === true ? DEFAULTS : {}, rest);
}

/**
 * Takes a one-time setting.
 *
 * @template {'nextAuthorizeError' | 'nextTokenError' | 'nextDeviceError'} Name
 * @param {Settings} settings
 * @param {Name} name
 * @returns {Settings[Name]} What was set since it was last taken, else null.
 */
export function takeOnce(settings, name) {
  const value = settings[name];
  settings[name] = DEFAULTS[name];
  return value;
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function fits(name, value) {
  switch (name) {
    case 'accessTokenSeconds':
    case 'deviceCodeSeconds':
    case 'deviceCodeIntervalSeconds':
      return isCount(value);
    case 'refreshTokenSeconds':
      return value === null || isCount(value);
    case 'authorizeDelayMilliseconds':
      return typeof value === 'number' && value >= 0;
    case 'armWantsContext':
      return value === null || typeof value === 'string';
    case 'askConsent':
      return typeof value === 'boolean';
    case 'nextAuthorizeError':
      return value === null || (typeof value === 'string' && entraErrorNamed(value) !== undefined);
    case 'nextTokenError':
    case 'tokenError':
      return value === null || (typeof value === 'object' && 'status' in value && 'error' in value);
    case 'tokenFault':
      return value === null || isTokenFault(value);
    case 'nextDeviceError':
      return value === null || isDeviceError(value);
    default:
      return false;
  }
}

/** @param {unknown} value */
function isDeviceError(value) {
  const { number, appIsTold } = /** @type {Record<string, unknown>} */ (value);
  return (
    typeof number === 'string' &&
    entraErrorNamed(number) !== undefined &&
    typeof appIsTold === 'boolean'
  );
}

/** @param {unknown} value */
function isCount(value) {
  return Number.isInteger(value) && Number(value) > 0;
}
