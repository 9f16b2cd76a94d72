/** Checks whether a bearer token is valid for Azure Resource Manager, as strictly as the real one. */
import { createPublicKey, verify } from 'node:crypto';
import { tenants } from './users.mjs';

/** The audiences of version 1 of Azure ML's SDK, and of all that is newer. */
const AUDIENCES = ['https://management.core.windows.net', 'https://management.azure.com'];

/**
 * @typedef {object} Caller
 * @property {string} user - User name.
 * @property {string} tenantId
 * @property {string} audience
 * @property {readonly string[]} acrs - Authentication contexts that were requested and granted.
 */

/** Why a token is refused, with the codes of the real service. */
export class TokenRefusal extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * @param {string | undefined} header - `Authorization`.
 * @param {object} key - JWK that signs the tokens.
 * @param {number} [now] - Epoch seconds.
 * @returns {Caller}
 * @throws {TokenRefusal}
 */
export function callerOf(header, key, now = Date.now() / 1000) {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(header ?? '')?.[1];
  if (token === undefined) {
    throw new TokenRefusal('AuthenticationFailed', 'The Authorization header is missing or odd.');
  }
  const claims = signedClaims(token, key);
  const audience = String(claims['aud']);
  if (!AUDIENCES.includes(audience.replace(/\/$/, ''))) {
    throw new TokenRefusal('InvalidAuthenticationTokenAudience', `Not for audience ${audience}.`);
  }
  if (!(claims['nbf'] <= now && now < claims['exp'])) {
    throw new TokenRefusal('ExpiredAuthenticationToken', 'The token is not good at this time.');
  }
  const tenant = tenants.find(({ id }) => claims['iss'] === `https://sts.windows.net/${id}/`);
  if (tenant === undefined || tenant.id !== claims['tid']) {
    throw new TokenRefusal('InvalidAuthenticationTokenTenant', 'The issuer is no tenant here.');
  }
  return { user: claims['upn'], tenantId: tenant.id, audience, acrs: claims['acrs'] ?? [] };
}

/**
 * @param {string} token
 * @param {object} key
 * @returns {Record<string, any>}
 */
function signedClaims(token, key) {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const read = (/** @type {string} */ part) =>
    JSON.parse(Buffer.from(part, 'base64url').toString());
  const signed = Buffer.from(`${header}.${payload}`);
  const good =
    read(header).alg === 'RS256' &&
    verify(
      'RSA-SHA256',
      signed,
      createPublicKey({
        key: /** @type {import('node:crypto').JsonWebKey} */ (key),
        format: 'jwk'
      }),
      Buffer.from(signature, 'base64url')
    );
  if (!good) {
    throw new TokenRefusal('InvalidAuthenticationToken', 'The signature is not the authority’s.');
  }
  return read(payload);
}
