/** The service account of a pod: what a cluster writes into `AZURE_FEDERATED_TOKEN_FILE`. */
import { generateKeyPairSync, sign as signBytes, verify } from 'node:crypto';

const CLUSTER = 'https://oidc.of-the-lab.azure.test/';

export const SUBJECT = 'system:serviceaccount:lab:jupyter';

const AUDIENCE = 'api://AzureADTokenExchange';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/**
 * @param {{subject?: string, seconds?: number}} [options] - Life in seconds, negative for one that has ended.
 * @returns {string}
 */
export function serviceAccountToken({ subject = SUBJECT, seconds = 3600 } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: CLUSTER, sub: subject, aud: [AUDIENCE], iat: now, exp: now + seconds };
  const text = [{ alg: 'RS256', kid: 'cluster' }, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${signBytes('RSA-SHA256', Buffer.from(text), privateKey).toString('base64url')}`;
}

/**
 * @param {string} token
 * @returns {{sub: string, ended: boolean} | null} Null: not of this cluster, or not for Entra.
 */
export function readServiceAccountToken(token) {
  const [head = '', body = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))) {
    return null;
  }
  const { iss, aud, sub, exp } = JSON.parse(Buffer.from(body, 'base64url').toString());
  return iss === CLUSTER && aud.includes(AUDIENCE) ? { sub, ended: exp * 1000 < Date.now() } : null;
}
