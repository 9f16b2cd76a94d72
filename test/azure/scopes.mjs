/** Which resource a list of scopes is for. Entra gives a token for one resource at a time. */
import { EntraError } from './aadsts.mjs';

/** Scopes that are about the sign-in itself, not about a resource. */
const SIGN_IN_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

const GRAPH = 'https://graph.microsoft.com';

/** Resources that are named by an id: Azure DevOps. */
const RESOURCE_IDS = ['499b84ac-1321-427f-aa17-267ca6975798'];

/** Where Azure's resources live. Anything else is AADSTS500011, as an unknown resource is at Entra. */
const RESOURCE_DOMAINS = [
  'azure.com',
  'azure.net',
  'azure.cn',
  'azure.us',
  'microsoft.com',
  'windows.net',
  'chinacloudapi.cn',
  'usgovcloudapi.net',
  'azuresynapse.net',
  'loganalytics.io'
];

/**
 * @typedef {object} Asked
 * @property {string} scope - As in the request; the answer echoes it.
 * @property {string} audience - `aud` of the access token.
 * @property {string} permissions - `scp` of the access token.
 * @property {boolean} idToken
 * @property {boolean} refreshToken
 */

/**
 * @param {string} scope - Separated by spaces.
 * @returns {Asked}
 * @throws {EntraError} AADSTS70011, 28000 or 500011.
 */
export function readScopes(scope) {
  const names = scope.split(/\s+/).filter(name => name !== '');
  const wanted = names.filter(name => !SIGN_IN_SCOPES.has(name)).map(splitScope);
  if (names.length === 0) {
    throw new EntraError(70011);
  }
  const audiences = new Set(wanted.map(({ audience }) => audience));
  if (audiences.size > 1) {
    throw new EntraError(28000);
  }
  const audience = wanted[0]?.audience ?? GRAPH;
  if (!isAzure(audience)) {
    throw new EntraError(500011);
  }
  return {
    scope: names.join(' '),
    audience,
    permissions: wanted.map(({ permission }) => permission).join(' ') || 'openid profile',
    idToken: names.includes('openid'),
    refreshToken: names.includes('offline_access')
  };
}

/**
 * `https://management.azure.com//.default` asks for the audience with a slash at its end: at Entra, too,
 * exactly `/.default` is cut off.
 *
 * @param {string} name
 */
function splitScope(name) {
  const slash = name.lastIndexOf('/');
  const permission = name.slice(slash + 1);
  return {
    audience: slash < 0 ? GRAPH : name.slice(0, slash),
    permission: permission === '.default' ? 'user_impersonation' : permission
  };
}

/** @param {string} audience */
function isAzure(audience) {
  const host = URL.canParse(audience) ? new URL(audience).hostname : '';
  return (
    RESOURCE_IDS.includes(audience) ||
    RESOURCE_DOMAINS.some(domain => host === domain || host.endsWith(`.${domain}`))
  );
}
