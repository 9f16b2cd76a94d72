/** `POST /<tenant>/oauth2/v2.0/token`: Entra's wire around oidc-provider. */
import { IncomingMessage } from 'node:http';
import { EntraError } from './aadsts.mjs';
import { clientInfo } from './claims.mjs';
import { needsConsent } from './consent.mjs';
import { DEVICE_GRANT, redeemDeviceCode } from './device-code-endpoint.mjs';
import { misbehave, takeFault } from './faults.mjs';
import { allowAnyOrigin, readBody, sendJson } from './http.mjs';
import { ASSERTION_TYPE, redeemAssertion } from './machine/federated-endpoint.mjs';
import { registrationOf } from './registrations.mjs';
import { readScopes } from './scopes.mjs';
import { takeOnce } from './settings.mjs';
import { errorAnswer, trace } from './token-error.mjs';
import { tenantFor, tenantsOf, userWithId } from './users.mjs';

/** @typedef {import('./authority.mjs').Authority} Authority */

/**
 * @typedef {object} TokenRequest
 * @property {URLSearchParams} form
 * @property {Omit<import('./request-log.mjs').Entry, 'at'>} entry - For the log; lacks user and error.
 */

/** @typedef {import('./registrations.mjs').Registration} Registration */

/** oidc-provider's reason for refusing a grant, and Entra's number for it. @type {[RegExp, import('./aadsts.mjs').AadstsNumber][]} */
const GRANT_REASONS = [
  [/code_verifier|code_challenge/, 501481],
  [/already consumed/, 54005],
  [/refresh token is expired/, 700084],
  [/redirect_uri mismatch/, 500112],
  [/missing required parameter/, 90014],
  [/unsupported grant_type/, 70003]
];

/** @typedef {TokenRequest & {asked: import('./scopes.mjs').Asked, client: Registration}} Accepted */

/** What a token request asked for, by the request that oidc-provider sees. @type {WeakMap<IncomingMessage, Accepted>} */
const underWay = new WeakMap();

/**
 * @param {Authority} authority
 * @param {string} segment - The tenant in the address.
 * @param {IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function answerTokenRequest(authority, segment, request, response) {
  if (allowAnyOrigin(request, response)) {
    return;
  }
  const form = new URLSearchParams(await readBody(request));
  const tokenRequest = { form, entry: logEntry(segment, form) };
  const fault = takeFault(authority.settings);
  if (fault) {
    authority.requestLog.note({ ...tokenRequest.entry, error: fault.kind });
    misbehave(response, fault);
    return;
  }
  const ordered = takeOnce(authority.settings, 'nextTokenError') ?? authority.settings.tokenError;
  if (ordered) {
    const { status, error_description: sentence = 'Set by a test.', ...fields } = ordered;
    authority.requestLog.note({ ...tokenRequest.entry, error: ordered.error });
    sendJson(response, { ...fields, ...trace(form, sentence) }, status);
    return;
  }
  try {
    if (form.get('client_assertion_type') === ASSERTION_TYPE) {
      sendJson(response, redeemAssertion(authority, segment, form));
      authority.requestLog.note(tokenRequest.entry);
      return;
    }
    const { asked, client, tenantId, fields } = checkRequest(authority, segment, form, request);
    const issuer = authority.issuerOf(tenantId);
    const inner = innerRequest(request, fields);
    underWay.set(inner, { ...tokenRequest, asked, client });
    issuer.asked.set(inner, { ...asked, claims: form.get('claims') ?? undefined });
    await issuer.provider.callback()(inner, response);
  } catch (error) {
    sendJson(response, refuse(authority, tokenRequest, error), 400);
  }
}

/**
 * Makes a tenant's oidc-provider answer as Entra does.
 *
 * @param {Authority} authority
 * @param {import('./token-issuer.mjs').TokenIssuer} issuer
 */
export function speakAsEntra(authority, { provider }) {
  /** @type {WeakMap<IncomingMessage, Error>} */
  const reasons = new WeakMap();
  provider.on('grant.error', (context, error) => reasons.set(context.req, error));
  provider.on('server_error', (_context, error) => console.error(error));
  provider.use(async (context, next) => {
    await next();
    const reason = reasons.get(context.req);
    const tokenRequest = underWay.get(context.req);
    if (reason && tokenRequest) {
      context.body = refuse(authority, tokenRequest, entraReason(reason, tokenRequest));
    } else if (tokenRequest && context.status === 200) {
      const { Account: account } = context.oidc.entities;
      context.body = complete(authority, tokenRequest, context.body, account?.accountId ?? '');
    }
  });
}

/** @param {string} segment @param {URLSearchParams} form */
function logEntry(segment, form) {
  return {
    kind: /** @type {const} */ ('token'),
    tenant: segment,
    ...optional('grantType', form.get('grant_type')),
    ...optional('scope', form.get('scope')),
    ...optional('claims', form.get('claims'))
  };
}

/** @param {string} name @param {string | null} value */
function optional(name, value) {
  return value === null ? {} : { [name]: value };
}

/**
 * @param {Authority} authority
 * @param {string} segment
 * @param {URLSearchParams} form
 * @param {IncomingMessage} request
 */
function checkRequest(authority, segment, form, request) {
  const verifier = form.get('code_verifier');
  if (verifier !== null) {
    authority.requestLog.keepVerifier(verifier);
  }
  const admitted = tenantsOf(segment);
  if (admitted.length === 0) {
    throw new EntraError(90002);
  }
  const client = registrationOf(form.get('client_id'));
  checkCaller(client, request);
  if (form.get('grant_type') === DEVICE_GRANT) {
    return { client, ...redeemDeviceCode(authority, form) };
  }
  const asked = readScopes(form.get('scope') ?? '');
  const tenantId = tenantOfGrant(authority, segment, form, asked) ?? admitted[0]?.id ?? '';
  if (!admitted.some(({ id }) => id === tenantId)) {
    throw new EntraError(70008);
  }
  return { asked, client, tenantId, fields: form };
}

/**
 * Only a browser says which origin it asks for, and only a single-page app's grants can be redeemed by one.
 *
 * @param {Registration} client
 * @param {IncomingMessage} request
 */
function checkCaller({ kind }, { headers }) {
  const isBrowser = headers.origin !== undefined;
  if (isBrowser !== (kind === 'single-page')) {
    throw new EntraError(isBrowser ? 9002326 : 9002327);
  }
}

/**
 * @param {Authority} authority
 * @param {string} segment
 * @param {URLSearchParams} form
 * @param {import('./scopes.mjs').Asked} asked
 * @returns {string | undefined} The tenant that issues the tokens: for a code the tenant that issued it, for a refresh
 *   token any tenant that knows its user; undefined for an unknown grant.
 */
function tenantOfGrant({ requestLog, consents, settings }, segment, form, asked) {
  const issued = requestLog.refreshTokens.get(form.get('refresh_token') ?? '');
  if (!issued) {
    return requestLog.codeTenants.get(form.get('code') ?? '');
  }
  if (issued.revoked) {
    throw new EntraError(50173);
  }
  if (
    settings.askConsent &&
    needsConsent(consents, issued.oid, form.get('client_id') ?? '', asked)
  ) {
    throw new EntraError(65001);
  }
  const user = userWithId(issued.oid);
  const tenantId = user && tenantFor(user, segment);
  if (tenantId === undefined) {
    throw new EntraError(50020);
  }
  return tenantId;
}

/**
 * The request as oidc-provider wants it: its own path, no scope (it knows one only), not from another origin.
 *
 * @param {IncomingMessage} request - Its body is read already.
 * @param {URLSearchParams} form
 */
function innerRequest(request, form) {
  const fields = new URLSearchParams(form);
  fields.delete('scope');
  fields.delete('claims');
  const body = Buffer.from(fields.toString());
  const inner = new IncomingMessage(request.socket);
  inner.method = request.method ?? '';
  inner.url = '/token';
  inner.headers = {
    host: request.headers.host,
    'content-type': request.headers['content-type'],
    'content-length': String(body.length)
  };
  // Else it takes the request for aborted when it has been read, and ends the connection.
  inner.complete = true;
  inner.push(body);
  inner.push(null);
  return inner;
}

/** @param {Error & {error_detail?: string}} reason @param {Accepted} request */
function entraReason(reason, { client }) {
  const { message, error_detail: detail, cause } = reason;
  const words = `${message} ${detail} ${cause instanceof Error ? cause.message : ''}`;
  const number = GRANT_REASONS.find(([pattern]) => pattern.test(words))?.[1] ?? 70008;
  return new EntraError(number === 700084 && client.kind === 'native' ? 700082 : number);
}

/**
 * @param {Authority} authority
 * @param {TokenRequest} tokenRequest
 * @param {unknown} error
 */
function refuse(authority, { form, entry }, error) {
  if (!(error instanceof EntraError)) {
    throw error;
  }
  authority.requestLog.note({ ...entry, error: error.label });
  return errorAnswer(authority.origin, form, error);
}

/**
 * @param {Authority} authority
 * @param {Accepted} tokenRequest
 * @param {unknown} body - oidc-provider's answer.
 * @param {string} oid
 */
function complete({ requestLog, settings }, { asked, client, entry }, body, oid) {
  const answer =
    /** @type {{access_token: string, expires_in: number, refresh_token: string, id_token: string}} */ (
      body
    );
  const user = userWithId(oid);
  if (!user) {
    throw new Error('oidc-provider found an account that is none of ours.');
  }
  const life = settings.refreshTokenSeconds ?? client.refreshTokenSeconds;
  const expiresAt = requestLog.keepTokens(answer, user, life);
  requestLog.note({ ...entry, user: user.username });
  return {
    token_type: 'Bearer',
    scope: asked.scope,
    expires_in: answer.expires_in,
    ext_expires_in: answer.expires_in,
    access_token: answer.access_token,
    ...(asked.refreshToken ? { refresh_token: answer.refresh_token } : {}),
    // Entra tells single-page apps only when it ends.
    ...(asked.refreshToken && client.kind === 'single-page'
      ? { refresh_token_expires_in: secondsUntil(expiresAt) }
      : {}),
    ...(asked.idToken ? { id_token: answer.id_token } : {}),
    client_info: clientInfo(user)
  };
}

/** @param {number} time - Epoch seconds. */
function secondsUntil(time) {
  return Math.max(0, Math.floor(time - Date.now() / 1000));
}
