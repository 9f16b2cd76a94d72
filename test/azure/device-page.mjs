/** `/common/oauth2/deviceauth`: where a person types the code of an app that cannot show a sign-in page, and signs in. */
import { randomUUID } from 'node:crypto';
import { EntraError, entraErrorNamed } from './aadsts.mjs';
import { begin } from './authorize-endpoint.mjs';
import { DEVICE_PAGE } from './device-code-endpoint.mjs';
import { typedCode } from './device-codes.mjs';
import { readBody, sendPage } from './http.mjs';
import { confirmPage, deviceCodePage, errorPage, finishedPage } from './pages.mjs';
import { pkce } from './pkce.mjs';
import { takeOnce } from './settings.mjs';
import { tenantFor } from './users.mjs';

/** @typedef {import('./authority.mjs').Authority} Authority */
/** @typedef {import('./device-codes.mjs').DeviceCode} DeviceCode */
/** @typedef {import('./users.mjs').User} User */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/** Wanted, but never gone to. */
const REDIRECT_URI = 'http://localhost/';

/**
 * @param {Authority} authority
 * @param {Request} request
 * @param {Response} response
 */
export async function answerDevicePage(authority, request, response) {
  const typed =
    request.method === 'POST' ? new URLSearchParams(await readBody(request)).get('otc') : null;
  if (typed === null) {
    sendPage(response, deviceCodePage({ action: DEVICE_PAGE, error: undefined }));
    return;
  }
  const code = typedCode(authority.deviceCodes.values(), typed);
  if (!code) {
    const error = 'That code didn’t work. Check the code and try again.';
    sendPage(response, deviceCodePage({ action: DEVICE_PAGE, error }), 400);
    return;
  }
  code.typed = true;
  const { segment, client, asked } = code;
  const flow = {
    id: randomUUID(),
    // A user who enters a code is always asked which account it is for.
    request: { segment, client, asked, prompt: 'select_account', loginHint: undefined },
    browser: authority.browsers.of(request, response),
    user: undefined,
    ending: endingOf(authority, code)
  };
  authority.flows.set(flow.id, flow);
  await begin(authority, flow, response);
}

/**
 * @param {Authority} authority
 * @param {DeviceCode} code
 * @returns {import('./sign-in.mjs').Ending}
 */
function endingOf(authority, code) {
  const { client } = code;
  return {
    confirm: ({ id }, user, response) => {
      // Policies apply once the user is known. Entra reports the result to the page, but not always to the app.
      const { number, appIsTold } = takeOnce(authority.settings, 'nextDeviceError') ?? {};
      const refusal = entraErrorNamed(number ?? '');
      if (!refusal) {
        sendPage(response, confirmPage({ action: `/sign-in/${id}`, app: client.name, user }));
        return;
      }
      code.outcome = appIsTold ? refusal : undefined;
      authority.flows.delete(id);
      authority.requestLog.note({ kind: 'sign-in', error: refusal.label });
      sendPage(response, errorPage(refusal.message), 400);
    },
    signedIn: async (user, response) => {
      code.outcome = await approve(authority, code, user);
      sendPage(response, finishedPage(client.name));
    },
    refused: (error, response) => {
      code.outcome = new EntraError('declined');
      sendPage(response, errorPage(error.message), 400);
    }
  };
}

/**
 * @param {Authority} authority
 * @param {DeviceCode} deviceCode
 * @param {User} user
 * @returns {Promise<import('./device-codes.mjs').Approval>}
 */
async function approve({ issuerOf, requestLog }, { client, segment }, user) {
  const tenantId = tenantFor(user, segment) ?? user.tenantId;
  const { verifier, challenge } = pkce();
  const code = await issuerOf(tenantId).issueCode({
    oid: user.oid,
    clientId: client.id,
    redirectUri: REDIRECT_URI,
    codeChallenge: challenge,
    nonce: undefined
  });
  requestLog.codeTenants.set(code, tenantId);
  return { tenantId, code, verifier, redirectUri: REDIRECT_URI };
}
