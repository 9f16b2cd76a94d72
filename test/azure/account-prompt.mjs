/** How an authorize request is answered: by an account that is signed in, or by asking the user. */
import { EntraError } from './aadsts.mjs';

/**
 * @typedef {{kind: 'go-on', user: import('./users.mjs').User}
 *   | {kind: 'ask-password'}
 *   | {kind: 'ask-account'}} Decision
 */

/**
 * @param {Pick<import('./authorize-request.mjs').AuthorizeRequest, 'prompt' | 'loginHint'>} request
 * @param {import('./users.mjs').User[]} accounts - Signed in in this browser, and of a tenant the request admits.
 * @returns {Decision}
 * @throws {EntraError} AADSTS50058 or 16000, where a silent request needs the user.
 */
export function accountPrompt({ prompt, loginHint }, accounts) {
  if (prompt === 'login') {
    return { kind: 'ask-password' };
  }
  if (prompt === 'select_account') {
    return { kind: accounts.length > 0 ? 'ask-account' : 'ask-password' };
  }
  const fitting = loginHint === undefined ? accounts : accounts.filter(isCalled(loginHint));
  const [user, second] = fitting;
  if (user && !second) {
    return { kind: 'go-on', user };
  }
  if (prompt === 'none') {
    throw new EntraError(second ? 16000 : 50058);
  }
  return { kind: second ? 'ask-account' : 'ask-password' };
}

/**
 * @param {string} hint - A user name.
 * @returns {(user: import('./users.mjs').User) => boolean}
 */
function isCalled(hint) {
  return ({ username }) => username === hint.toLowerCase();
}
