/** What Entra says about a user in its tokens. */
import { createHash, randomUUID } from 'node:crypto';

/** @typedef {import('./users.mjs').User} User */

/** Claims of an ID token by the scope that releases them, in oidc-provider's form. */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub', 'oid', 'tid', 'ver', 'nbf'],
  profile: ['name', 'preferred_username']
};

/** @param {User} user @param {string} clientId @param {string} tenantId - The tenant that issues the token. */
export function idTokenClaims(user, clientId, tenantId) {
  const oid = objectId(user, tenantId);
  return {
    sub: pairwiseSubject(oid, clientId),
    oid,
    tid: tenantId,
    ver: '2.0',
    nbf: Math.floor(Date.now() / 1000),
    name: user.name,
    preferred_username: user.username
  };
}

/**
 * An access token of version 1, as Azure's resources get it.
 *
 * @param {User} user
 * @param {string} clientId
 * @param {string} tenantId - The tenant that issues the token.
 * @param {{audience: string, permissions: string, claims: string | undefined}} asked
 * @param {{iat: number, exp: number}} life - Epoch seconds.
 */
export function accessTokenClaims(user, clientId, tenantId, asked, { iat, exp }) {
  const oid = objectId(user, tenantId);
  return {
    aud: asked.audience,
    iss: `https://sts.windows.net/${tenantId}/`,
    iat,
    nbf: iat,
    exp,
    acr: '1',
    amr: ['pwd'],
    appid: clientId,
    appidacr: '0',
    name: user.name,
    oid,
    scp: asked.permissions,
    sub: pairwiseSubject(oid, clientId),
    tid: tenantId,
    unique_name: user.username,
    // A token contains no user principal name of a guest.
    ...(tenantId === user.tenantId
      ? { upn: user.username }
      : { email: user.username, idp: `https://sts.windows.net/${user.tenantId}/` }),
    uti: randomUUID(),
    ver: '1.0',
    ...grantedClaims(asked.claims)
  };
}

/** @param {User} user - The ids are those of the home tenant, in every tenant. */
export function clientInfo(user) {
  return encode({ uid: user.oid, utid: user.tenantId });
}

/** @param {User} user @param {string} tenantId */
function objectId({ oid, guestIn }, tenantId) {
  return guestIn[tenantId] ?? oid;
}

/** At Entra the subject differs from app to app. @param {string} oid @param {string} clientId */
function pairwiseSubject(oid, clientId) {
  return createHash('sha256').update(`${oid} ${clientId}`).digest('base64url');
}

/**
 * A claims challenge asks for `acrs` (an authentication context) or says what the client can do (`xms_cc`): granted.
 *
 * @param {string | undefined} request - JSON of the `claims` parameter.
 * @returns {Record<string, string[]>}
 */
function grantedClaims(request) {
  if (request === undefined) {
    return {};
  }
  /** @type {{access_token?: Record<string, {value?: string, values?: string[]} | null>}} */
  const { access_token: wanted = {} } = JSON.parse(request);
  return Object.fromEntries(
    ['acrs', 'xms_cc'].flatMap(name => {
      const { value, values = value === undefined ? [] : [value] } = wanted[name] ?? {};
      return values.length > 0 ? [[name, values]] : [];
    })
  );
}

/** @param {object} value */
function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
