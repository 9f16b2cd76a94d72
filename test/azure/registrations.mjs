/** The one app registration of the local Azure: a single-page app, for every tenant. */

/** Client id of the single-page app. */
export const CLIENT_ID = '5ba00000-1111-4222-8333-000000000009';

/** What the consent page calls it. */
export const CLIENT_NAME = 'JupyterLab (local demo)';

export const DEFAULT_REDIRECT_PATHS = ['/lab/extensions/jupyter-azure-auth/static/redirect.html'];

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
