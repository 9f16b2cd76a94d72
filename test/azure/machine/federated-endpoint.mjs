/** The grant by which a pod becomes a managed identity: its service account's token is its proof. */
import { EntraError } from '../aadsts.mjs';
import { readScopes } from '../scopes.mjs';
import { tenantsOf } from '../users.mjs';
import { USER_ASSIGNED, tokenOfIdentity } from './identities.mjs';
import { SUBJECT, readServiceAccountToken } from './service-account.mjs';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * @param {import('../authority.mjs').Authority} authority
 * @param {string} segment - The tenant in the address.
 * @param {URLSearchParams} form
 * @returns {object} The answer.
 * @throws {EntraError}
 */
export function redeemAssertion({ requestLog, settings }, segment, form) {
  if (tenantsOf(segment).length !== 1) {
    throw new EntraError(90002);
  }
  if (form.get('grant_type') !== 'client_credentials') {
    throw new EntraError(70003);
  }
  if (form.get('client_id') !== USER_ASSIGNED.clientId) {
    throw new EntraError(700016);
  }
  const account = readServiceAccountToken(form.get('client_assertion') ?? '');
  if (account?.ended === true) {
    throw new EntraError(700024);
  }
  if (account?.sub !== SUBJECT) {
    throw new EntraError(700213);
  }
  const { audience } = readScopes(form.get('scope') ?? '');
  const token = tokenOfIdentity(USER_ASSIGNED, audience, settings.accessTokenSeconds);
  requestLog.keepAccessToken(token);
  const seconds = settings.accessTokenSeconds;
  return {
    token_type: 'Bearer',
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: token
  };
}
