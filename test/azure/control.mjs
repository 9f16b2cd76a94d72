/** `/_local/…`: lets tests inspect and control the authority. */
import { readBody, sendJson } from './http.mjs';
import { changeSettings } from './settings.mjs';
import { userNamed, users } from './users.mjs';

/** @typedef {import('./authority.mjs').Authority} Authority */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** @type {Record<string, (authority: Authority, body: unknown) => unknown>} */
const ACTIONS = {
  'GET settings': ({ settings }) => settings,
  'POST settings': ({ settings }, change) => {
    changeSettings(settings, change);
    return settings;
  },
  'GET log': ({ requestLog }) => requestLog.log,
  'DELETE log': ({ requestLog }) => requestLog.log.splice(0).length,
  'GET secrets': ({ requestLog }) => requestLog.secrets,
  'POST revoke': revoke
};

/**
 * @param {Authority} authority
 * @param {string} name - What follows `/_local/`.
 * @param {Request} request
 * @param {Response} response
 */
export async function answerControl(authority, name, request, response) {
  const action = ACTIONS[`${request.method} ${name}`];
  if (!action) {
    sendJson(response, { error: 'There is no such control.' }, 404);
    return;
  }
  const body = await readBody(request);
  try {
    sendJson(response, action(authority, body === '' ? {} : JSON.parse(body)));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) {
      throw error;
    }
    sendJson(response, { error: error.message }, 400);
  }
}

/**
 * What an administrator's "revoke sessions" does: refresh tokens and single sign-on end, access tokens stay valid.
 *
 * @param {Authority} authority
 * @param {unknown} body - `{user?}`: user name or key; all users without it.
 */
function revoke({ requestLog, browsers }, body) {
  const { user: name } = /** @type {{user?: string}} */ (body);
  const user = users.find(({ key }) => key === name) ?? userNamed(name ?? '');
  if (name !== undefined && !user) {
    throw new TypeError('There is no such user.');
  }
  /** @param {{oid: string}} owned */
  const isMeant = ({ oid }) => user === undefined || user.oid === oid;
  requestLog.revoke(isMeant);
  browsers.signOut(isMeant);
  requestLog.note({ kind: 'revoke', ...(user ? { user: user.username } : {}) });
  return {};
}
