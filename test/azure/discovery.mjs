/** Discovery documents. */

/**
 * @param {string} origin - `http://localhost:<port>`.
 * @param {string} tenant - Issuer: a GUID, or `{tenantid}`, which stands for any.
 * @param {string} [segment] - The tenant in the endpoints' addresses; MSAL.js puts the authority's for `{tenantid}`, MSAL for Python takes it as it is.
 */
export function openIdConfiguration(origin, tenant, segment = tenant) {
  return {
    issuer: `${origin}/${tenant}/v2.0`,
    authorization_endpoint: `${origin}/${segment}/oauth2/v2.0/authorize`,
    token_endpoint: `${origin}/${segment}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${origin}/${segment}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${origin}/${segment}/oauth2/v2.0/logout`,
    jwks_uri: `${origin}/${segment}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    token_endpoint_auth_methods_supported: ['none'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'nonce',
      'preferred_username',
      'name',
      'tid',
      'oid',
      'ver'
    ]
  };
}

/** Names of Azure's public cloud, as Entra lists them. @type {readonly [string, ...string[]]} */
const PUBLIC_CLOUD = [
  'login.microsoftonline.com',
  'login.windows.net',
  'login.microsoft.com',
  'sts.windows.net'
];

/**
 * The answer of `/common/discovery/instance`: which hosts are one cloud.
 *
 * @param {string} origin
 */
export function instanceDiscovery(origin) {
  const { host } = new URL(origin);
  const aliases = PUBLIC_CLOUD.includes(host) ? PUBLIC_CLOUD : [host];
  return {
    tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: aliases[1] ?? host, aliases }]
  };
}

/** @param {object} key - A private JWK; only its public half gets out. */
export function publicKeys(key) {
  const { kty, n, e, kid, use, alg } = /** @type {Record<string, string>} */ (key);
  return { keys: [{ kty, n, e, kid, use, alg }] };
}
