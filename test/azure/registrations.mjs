/** The app registrations of the local Azure, each good in every tenant. */
import { EntraError } from './aadsts.mjs';

const DAY = 86400;

/**
 * @typedef {object} Registration
 * @property {string} id - Client id.
 * @property {string} name - Its name on the pages.
 * @property {'single-page' | 'native'} kind - The platform that can redeem its codes: only browsers, or anything but browsers.
 * @property {readonly string[] | undefined} redirectPaths - On `http://localhost`; undefined: those the local Azure was started with.
 * @property {number} refreshTokenSeconds - Entra's life of its refresh tokens, in seconds.
 */

/** @type {Registration} */
export const SINGLE_PAGE_APP = {
  id: '5ba00000-1111-4222-8333-000000000009',
  name: 'JupyterLab (local demo)',
  kind: 'single-page',
  redirectPaths: undefined,
  refreshTokenSeconds: DAY
};

/** Available in every tenant at Entra, without a registration. @type {Registration} */
export const AZURE_CLI = {
  id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
  name: 'Microsoft Azure CLI',
  kind: 'native',
  redirectPaths: ['/'],
  refreshTokenSeconds: 90 * DAY
};

export const registrations = [SINGLE_PAGE_APP, AZURE_CLI];

export const DEFAULT_REDIRECT_PATHS = ['/lab/extensions/jupyter-azure-auth/static/redirect.html'];

/**
 * @param {string | null | undefined} id - Client id.
 * @returns {Registration}
 * @throws {EntraError} AADSTS700016.
 */
export function registrationOf(id) {
  const registration = registrations.find(known => known.id === id);
  if (!registration) {
    throw new EntraError(700016);
  }
  return registration;
}

/**
 * As at Entra: on localhost the port does not count, path and case do; `127.0.0.1` is not localhost.
 *
 * @param {string} uri
 * @param {readonly string[]} registered - Paths on `http://localhost`.
 * @returns {boolean}
 */
export function isRedirectAllowed(uri, registered) {
  if (!URL.canParse(uri)) {
    return false;
  }
  const { protocol, hostname, pathname, search, hash, username } = new URL(uri);
  return (
    protocol === 'http:' &&
    hostname === 'localhost' &&
    `${search}${hash}${username}` === '' &&
    registered.includes(pathname)
  );
}
