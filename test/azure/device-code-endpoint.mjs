/** `POST /<tenant>/oauth2/v2.0/devicecode`, and what an app redeems afterwards (RFC 8628, with Entra's wire). */
import { EntraError } from './aadsts.mjs';
import { makeDeviceCode, poll } from './device-codes.mjs';
import { readBody, sendJson } from './http.mjs';
import { registrationOf } from './registrations.mjs';
import { readScopes } from './scopes.mjs';
import { errorAnswer } from './token-error.mjs';
import { tenantsOf } from './users.mjs';

/** @typedef {import('./authority.mjs').Authority} Authority */

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Where `https://microsoft.com/devicelogin` leads to. */
export const DEVICE_PAGE = '/common/oauth2/deviceauth';

/**
 * @param {Authority} authority
 * @param {string} segment - The tenant in the address.
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function answerDeviceCodeRequest(authority, segment, request, response) {
  const form = new URLSearchParams(await readBody(request));
  const { requestLog, deviceCodes, settings, origin } = authority;
  const entry = { kind: /** @type {const} */ ('device'), tenant: segment };
  try {
    const code = makeDeviceCode(readRequest(segment, form), {
      seconds: settings.deviceCodeSeconds,
      interval: settings.deviceCodeIntervalSeconds
    });
    deviceCodes.set(code.deviceCode, code);
    requestLog.keepDeviceCode(code);
    requestLog.note({ ...entry, scope: code.asked.scope });
    const page = `${origin}${DEVICE_PAGE}`;
    sendJson(response, {
      user_code: code.userCode,
      device_code: code.deviceCode,
      verification_uri: page,
      expires_in: settings.deviceCodeSeconds,
      interval: code.interval,
      message: `To sign in, use a web browser to open the page ${page} and enter the code ${code.userCode} to authenticate.`
    });
  } catch (error) {
    if (!(error instanceof EntraError)) {
      throw error;
    }
    requestLog.note({ ...entry, error: error.label });
    sendJson(response, errorAnswer(origin, form, error), 400);
  }
}

/** @param {string} segment @param {URLSearchParams} form */
function readRequest(segment, form) {
  if (tenantsOf(segment).length === 0) {
    throw new EntraError(90002);
  }
  const client = registrationOf(form.get('client_id'));
  if (client.kind !== 'native') {
    throw new EntraError(7000218);
  }
  return { segment, client, asked: readScopes(form.get('scope') ?? '') };
}

/**
 * What a poll redeems.
 *
 * @param {Authority} authority
 * @param {URLSearchParams} form - Of the token request.
 * @returns {{tenantId: string, asked: import('./scopes.mjs').Asked, fields: URLSearchParams}} `fields`: what
 *   oidc-provider gets instead.
 * @throws {EntraError} There is nothing to redeem, or not yet.
 */
export function redeemDeviceCode({ deviceCodes }, form) {
  const code = deviceCodes.get(form.get('device_code') ?? '');
  const { tenantId, code: inner, verifier, redirectUri } = poll(code);
  if (!code || code.client.id !== form.get('client_id')) {
    throw new EntraError(70018);
  }
  return {
    tenantId,
    asked: code.asked,
    fields: new URLSearchParams({
      client_id: code.client.id,
      grant_type: 'authorization_code',
      code: inner,
      code_verifier: verifier,
      redirect_uri: redirectUri
    })
  };
}
