/** The parameters of an authorize request, checked once. */
import { EntraError } from './aadsts.mjs';
import { isRedirectAllowed, registrationOf } from './registrations.mjs';
import { readScopes } from './scopes.mjs';
import { tenantsOf } from './users.mjs';

/** @typedef {'fragment' | 'query' | 'form_post'} ResponseMode */

/** Destination of an answer. @typedef {{redirectUri: string, responseMode: ResponseMode, state: string | undefined}} ReplyTo */

/**
 * @typedef {object} AuthorizeRequest
 * @property {string} segment - The tenant in the address.
 * @property {import('./registrations.mjs').Registration} client
 * @property {ReplyTo} replyTo
 * @property {import('./scopes.mjs').Asked} asked
 * @property {string} codeChallenge
 * @property {string | undefined} nonce
 * @property {string | undefined} prompt
 * @property {string | undefined} loginHint
 * @property {boolean} clientInfo - Whether the answer has to contain the user's ids.
 */

/**
 * Checks what must be valid before anything is sent to the redirect URI. An error here is shown to the user instead,
 * since the address may be an attacker's.
 *
 * @param {string} segment
 * @param {URLSearchParams} query
 * @param {readonly string[]} redirectPaths - Of a client without redirect URIs of its own.
 * @returns {ReplyTo}
 * @throws {EntraError} AADSTS90002, 700016 or 50011.
 */
export function readReplyTo(segment, query, redirectPaths) {
  if (tenantsOf(segment).length === 0) {
    throw new EntraError(90002);
  }
  const client = registrationOf(query.get('client_id'));
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRedirectAllowed(redirectUri, client.redirectPaths ?? redirectPaths)) {
    throw new EntraError(50011);
  }
  const mode = query.get('response_mode');
  return {
    redirectUri,
    responseMode: mode === 'fragment' || mode === 'form_post' ? mode : 'query',
    state: query.get('state') ?? undefined
  };
}

/**
 * @param {string} segment
 * @param {URLSearchParams} query
 * @param {ReplyTo} replyTo
 * @returns {AuthorizeRequest}
 * @throws {EntraError} To be sent to the redirect URI.
 */
export function readAuthorizeRequest(segment, query, replyTo) {
  if (query.get('response_type') !== 'code') {
    throw new EntraError(90014);
  }
  const codeChallenge = query.get('code_challenge');
  if (codeChallenge === null || query.get('code_challenge_method') !== 'S256') {
    throw new EntraError(9002325);
  }
  return {
    segment,
    client: registrationOf(query.get('client_id')),
    replyTo,
    asked: readScopes(query.get('scope') ?? ''),
    codeChallenge,
    nonce: query.get('nonce') ?? undefined,
    prompt: query.get('prompt') ?? undefined,
    loginHint: query.get('login_hint') ?? undefined,
    clientInfo: query.get('client_info') === '1'
  };
}
