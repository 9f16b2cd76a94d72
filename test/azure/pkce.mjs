/** Proof Key for Code Exchange (RFC 7636), S256. */
import { createHash, randomBytes } from 'node:crypto';

/** @returns {{verifier: string, challenge: string}} */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}
