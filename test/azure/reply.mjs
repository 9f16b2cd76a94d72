/** The last step of a sign-in: sending the browser back with a code or an error. */
import { traced } from './aadsts.mjs';
import { redirect, sendPage } from './http.mjs';
import { formPostPage } from './pages.mjs';

/** @typedef {import('./authorize-request.mjs').ReplyTo} ReplyTo */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * @param {Response} response
 * @param {ReplyTo} replyTo
 * @param {Record<string, string>} fields
 */
export function reply(response, { redirectUri, responseMode, state }, fields) {
  const answer = { ...fields, ...(state === undefined ? {} : { state }) };
  if (responseMode === 'form_post') {
    sendPage(response, formPostPage(redirectUri, answer));
    return;
  }
  const mark = responseMode === 'fragment' ? '#' : '?';
  redirect(response, `${redirectUri}${mark}${new URLSearchParams(answer)}`);
}

/**
 * @param {Response} response
 * @param {ReplyTo} replyTo
 * @param {import('./aadsts.mjs').EntraError} error
 */
export function replyError(response, replyTo, error) {
  reply(response, replyTo, {
    error: error.code,
    // Here it is called so; `suberror` belongs to the token endpoint, and MSAL.js takes some of those for "ask the user".
    ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
    error_description: traced(error.message, undefined).description
  });
}
