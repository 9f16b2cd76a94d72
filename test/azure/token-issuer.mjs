/**
 * oidc-provider as Entra's token service, one for each tenant. It keeps the rules of the protocol (PKCE, a code works
 * once and for one redirect URI, lifetimes) and signs; differences of Entra are added in `token-endpoint.mjs`.
 */
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';
import { CLAIMS_BY_SCOPE, accessTokenClaims, idTokenClaims } from './claims.mjs';
import { registrationOf, registrations } from './registrations.mjs';
import { userWithId } from './users.mjs';

/**
 * oidc-provider ties a refresh token to resources, Entra does not. So it knows one resource only, and the
 * audience comes from the request.
 */
const ANY_RESOURCE = 'urn:local-azure:any';
const ANY_SCOPE = 'any';
const CODE_SECONDS = 600;

/** What a token request asked for, by the request that oidc-provider sees. */
/** @typedef {import('./scopes.mjs').Asked & {claims: string | undefined}} AskedToken */

/**
 * @typedef {object} TokenIssuer
 * @property {Provider} provider
 * @property {WeakMap<import('node:http').IncomingMessage, AskedToken>} asked - To be filled before a request is passed on.
 * @property {(sign: SignIn) => Promise<string>} issueCode
 */

/**
 * @typedef {object} SignIn
 * @property {string} oid
 * @property {string} clientId
 * @property {string} redirectUri
 * @property {string} codeChallenge - S256.
 * @property {string | undefined} nonce
 */

/** @returns {object} A private JWK. */
export function makeSigningKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'local-azure' };
}

/**
 * @param {object} options
 * @param {string} options.issuer
 * @param {string} options.tenantId
 * @param {object} options.key
 * @param {import('./settings.mjs').Settings} options.settings
 * @param {ReturnType<typeof import('./token-store.mjs').makeTokenStore>} options.store - Of all tenants: a refresh token can
 *   be redeemed in each that knows its user.
 * @returns {TokenIssuer}
 */
export function makeTokenIssuer({ issuer, tenantId, key, settings, store }) {
  /** @type {TokenIssuer['asked']} */
  const asked = new WeakMap();
  const provider = new Provider(issuer, {
    adapter: store,
    jwks: { keys: [key] },
    clients: registrations.map(client),
    routes: { token: '/token' },
    cookies: { keys: ['unused: sign-in pages are not oidc-provider’s'] },
    scopes: ['openid', 'profile', 'offline_access'],
    claims: CLAIMS_BY_SCOPE,
    conformIdTokenClaims: false,
    findAccount: findAccount(tenantId),
    issueRefreshToken: async () => true,
    // Entra lets a refresh token be used again; oidc-provider would revoke the whole sign-in.
    rotateRefreshToken: false,
    ttl: {
      AccessToken: () => settings.accessTokenSeconds,
      RefreshToken: refreshTokenLife(settings),
      // Refresh tokens expire before the grant does, with any setting of a test.
      Grant: 10 * 365 * 86400,
      AuthorizationCode: CODE_SECONDS,
      IdToken: 3600
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      resourceIndicators: resourceIndicators()
    },
    formats: { customizers: { jwt: writeAccessToken(asked, tenantId) } }
  });
  return { provider, asked, issueCode: signIn => issueCode(provider, signIn) };
}

/** @param {Provider} provider @param {SignIn} signIn */
async function issueCode(provider, { oid, clientId, ...rest }) {
  const grant = new provider.Grant({ accountId: oid, clientId });
  grant.addOIDCScope('openid profile offline_access');
  grant.addResourceScope(ANY_RESOURCE, ANY_SCOPE);
  const code = new provider.AuthorizationCode({
    ...rest,
    accountId: oid,
    client: await provider.Client.find(clientId),
    codeChallengeMethod: 'S256',
    grantId: await grant.save(),
    resource: ANY_RESOURCE,
    scope: `openid profile offline_access ${ANY_SCOPE}`
  });
  return code.save();
}

/** @param {import('./registrations.mjs').Registration} registration */
function client({ id }) {
  return {
    client_id: id,
    token_endpoint_auth_method: 'none',
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    // Wanted, but not used: which redirect URI is allowed is decided on the authorize page.
    redirect_uris: ['http://localhost/']
  };
}

function resourceIndicators() {
  return {
    enabled: true,
    defaultResource: () => ANY_RESOURCE,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: ANY_SCOPE,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } }
    })
  };
}

/** @param {string} tenantId */
function findAccount(tenantId) {
  /** @param {unknown} _context @param {string} oid @param {{clientId: string}} token - What the account is wanted for. */
  return (_context, oid, { clientId }) => {
    const user = userWithId(oid);
    return user && { accountId: oid, claims: () => idTokenClaims(user, clientId, tenantId) };
  };
}

/** @param {import('./settings.mjs').Settings} settings */
function refreshTokenLife(settings) {
  /** @param {unknown} _context @param {unknown} _token @param {{clientId: string}} client */
  return (_context, _token, { clientId }) =>
    settings.refreshTokenSeconds ?? registrationOf(clientId).refreshTokenSeconds;
}

/** @param {TokenIssuer['asked']} asked @param {string} tenantId */
function writeAccessToken(asked, tenantId) {
  /**
   * @param {import('oidc-provider').Context} context
   * @param {import('oidc-provider').AccessToken} token
   * @param {{header?: object, payload: {iat: number, exp: number}}} written
   */
  return (context, token, written) => {
    const user = userWithId(token.accountId);
    const wanted = asked.get(context.req);
    if (!user || !wanted) {
      throw new Error('An access token is issued for a known user and request only.');
    }
    written.header = { typ: 'JWT' };
    written.payload = accessTokenClaims(user, token.clientId, tenantId, wanted, written.payload);
  };
}
