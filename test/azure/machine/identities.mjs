/** Identities that machines have, and the tokens that their hosts give: such as Azure's resources take them. */
import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { accessTokenClaims } from '../claims.mjs';
import { contoso } from '../users.mjs';

/**
 * @typedef {object} Identity
 * @property {string} clientId
 * @property {string} oid
 * @property {string} resourceId - Of the identity itself, or of the machine that it belongs to.
 */

const GROUP = '/subscriptions/50b50000-1111-4222-8333-000000000001/resourcegroups/lab/providers';

/** The machine's own. @type {Identity} */
export const SYSTEM_ASSIGNED = {
  clientId: '5e1f0000-1111-4222-8333-000000000001',
  oid: '5e1f0000-aaaa-4aaa-8aaa-000000000001',
  resourceId: `${GROUP}/Microsoft.Compute/virtualMachines/vm-of-the-lab`
};

/** One of several assigned identities. @type {Identity} */
export const USER_ASSIGNED = {
  clientId: 'a551900d-1111-4222-8333-000000000002',
  oid: 'a551900d-aaaa-4aaa-8aaa-000000000002',
  resourceId: `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/identity-of-the-lab`
};

/** The public client that a compute instance uses to get tokens of its user. */
const SINGLE_SIGN_ON = 'd7304df8-741f-47d3-9bc2-df0e24e2071f';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/**
 * @param {object} claims
 * @returns {string} A JSON web token.
 */
export function sign(claims) {
  const parts = [{ typ: 'JWT', alg: 'RS256', kid: 'local-azure' }, claims].map(part =>
    Buffer.from(JSON.stringify(part)).toString('base64url')
  );
  const text = parts.join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

/**
 * @param {Identity} identity
 * @param {string} audience
 * @param {number} seconds - Of its life.
 */
export function tokenOfIdentity({ clientId, oid, resourceId }, audience, seconds) {
  const iat = Math.floor(Date.now() / 1000);
  const issuer = `https://sts.windows.net/${contoso.id}/`;
  return sign({
    ...{ aud: audience, iss: issuer, idp: issuer, iat, nbf: iat, exp: iat + seconds },
    ...{ appid: clientId, appidacr: '2', idtyp: 'app', oid, sub: oid, tid: contoso.id },
    ...{ uti: randomUUID(), ver: '1.0', xms_mirid: resourceId }
  });
}

/**
 * @param {import('../users.mjs').User} user
 * @param {string} audience
 * @param {number} seconds - Of its life.
 */
export function tokenOfUser(user, audience, seconds) {
  const iat = Math.floor(Date.now() / 1000);
  const asked = { audience, permissions: 'user_impersonation', claims: undefined };
  const life = { iat, exp: iat + seconds };
  return sign(accessTokenClaims(user, SINGLE_SIGN_ON, user.tenantId, asked, life));
}
