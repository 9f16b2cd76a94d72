import { AuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-browser';
import { AzureAuthError, type AzureAuthErrorCode } from '../auth/errors';
import type { AzureProblemCode, IAzureTokenRequest } from '../tokens';
import { refusalScope } from './refusal-scope';

/** MSAL.js's own codes, from the paragraph "Error codes" of its sources (msal-browser 5.29). */
const BY_ERROR_CODE: ReadonlyMap<string, AzureProblemCode> = new Map([
  ['popup_window_error', 'popup_blocked'],
  ['empty_window_error', 'popup_blocked'],
  ['timed_out', 'timed_out'],
  ['user_cancelled', 'cancelled'],
  ['interaction_in_progress_cancelled', 'cancelled'],
  ['crypto_nonexistent', 'insecure_page'],
  ['no_network_connectivity', 'network'],
  ['post_request_failed', 'network'],
  ['get_request_failed', 'network'],
  ['network_error', 'network'],
  ['endpoints_resolution_error', 'network'],
  ['openid_config_error', 'network'],
  ['authority_uri_insecure', 'bad_configuration'],
  ['untrusted_authority', 'bad_configuration'],
  ['url_parse_error', 'bad_configuration'],
  ['login_required', 'sign_in_ended'],
  ['no_tokens_found', 'sign_in_ended'],
  ['refresh_token_expired', 'sign_in_ended'],
  ['bad_token', 'sign_in_ended'],
  ['native_account_unavailable', 'sign_in_ended'],
  ['no_account_error', 'sign_in_ended'],
  ['consent_required', 'consent_required'],
  ['access_denied', 'refused']
]);

/** Entra's numbers select a text. What a refusal ends is decided by `refusalScope` alone. */
const BY_NUMBER: ReadonlyMap<string, AzureProblemCode> = new Map([
  // The user declined, on the password page or on the consent page.
  ['AADSTS65004', 'cancelled'],
  ['AADSTS65001', 'consent_required'],
  ['AADSTS50020', 'wrong_tenant'],
  ['AADSTS90002', 'unknown_tenant'],
  // Not assigned to the resource (a user, an app), not preauthorized, blocked by the tenant.
  ['AADSTS50105', 'refused'],
  ['AADSTS501051', 'refused'],
  ['AADSTS65002', 'refused'],
  ['AADSTS530032', 'refused'],
  // The redirect URI is unknown, or registered for another platform than `spa`.
  ['AADSTS50011', 'wrong_redirect_uri'],
  ['AADSTS9002326', 'wrong_redirect_uri']
]);

/** From RFC 6749 (4.1.2.1), and MSAL's own throttling, which has no code. */
const TRANSIENT: ReadonlySet<string> = new Set(['', 'temporarily_unavailable', 'server_error']);

const CODE: Readonly<Partial<Record<AzureProblemCode, AzureAuthErrorCode>>> = {
  consent_required: 'consent_required',
  interaction_required: 'consent_required',
  sign_in_ended: 'sign_in_required',
  wrong_tenant: 'wrong_tenant',
  unknown_tenant: 'wrong_tenant',
  network: 'unavailable',
  busy: 'unavailable',
  insecure_page: 'unavailable',
  bad_configuration: 'unavailable'
};

/**
 * Return what an error of MSAL.js means. Only codes are kept: its messages can contain state and
 * nonce.
 *
 * @param request - The token request that failed because of it.
 */
export function describeMsalError(
  error: unknown,
  request: IAzureTokenRequest | null
): AzureAuthError {
  if (error instanceof AzureAuthError) {
    return error;
  }
  const code = problemCode(error);
  return new AzureAuthError(CODE[code] ?? 'failed', { code, detail: detailOf(error), request });
}

/** The same during a sign-in: no further sign-in helps if the code is refused. */
export function describeSignInError(
  error: unknown,
  request: IAzureTokenRequest | null
): AzureAuthError {
  const { code, problem } = describeMsalError(error, request);
  return msalRefusalScope(error) === 'unclear' && code === 'consent_required'
    ? new AzureAuthError('failed', { ...problem, code: 'failed' })
    : new AzureAuthError(code, problem);
}

/**
 * Return what the refusal of a token means, after finding out whether it ends the sign-in.
 *
 * @param renew - Gets a token for no resource: what refuses this refuses everything.
 */
export async function describeRefusal(
  error: unknown,
  request: IAzureTokenRequest,
  renew: () => Promise<unknown>
): Promise<AzureAuthError> {
  const described = describeMsalError(error, request);
  const ends = msalRefusalScope(error);
  // A refusal for another tenant or a claims challenge may concern that alone.
  const isPlain = request.tenantId === undefined && request.claims === undefined;
  if (ends === 'request' || (ends === 'sign_in' && isPlain)) {
    return described;
  }
  const { detail } = described.problem;
  try {
    await renew();
  } catch (refused) {
    const about = describeMsalError(refused, request);
    if (about.code === 'unavailable') {
      return about;
    }
    if (about.code === 'sign_in_required' || msalRefusalScope(refused) !== 'request') {
      return new AzureAuthError('sign_in_required', { code: 'sign_in_ended', detail, request });
    }
  }
  return ends === 'unclear'
    ? described
    : new AzureAuthError('consent_required', { code: 'interaction_required', detail, request });
}

function problemCode(error: unknown): AzureProblemCode {
  if (!(error instanceof AuthError)) {
    return 'failed';
  }
  const number = numberOf(error);
  if (error.errorCode === 'access_denied' && number === null) {
    // Entra gives every refusal a number, but not the user's own "Cancel". It says so in
    // `error_subcode`, which MSAL.js does not read.
    return 'cancelled';
  }
  if (isBusy(error)) {
    return 'busy';
  }
  if (msalRefusalScope(error) === 'sign_in') {
    return 'sign_in_ended';
  }
  const known = BY_NUMBER.get(number ?? '') ?? BY_ERROR_CODE.get(error.errorCode);
  if (known !== undefined) {
    return known;
  }
  if (error.subError === 'consent_required') {
    return 'consent_required';
  }
  return error instanceof InteractionRequiredAuthError || error.errorCode === 'invalid_grant'
    ? 'interaction_required'
    : 'failed';
}

/** Return what an error ends. An error that is not a refusal ends nothing. */
function msalRefusalScope(error: unknown): ReturnType<typeof refusalScope> {
  return error instanceof AuthError ? refusalScope(error.errorCode, error.subError) : 'request';
}

/** After a 429 or 5xx, MSAL.js sends nothing for a minute, and then reports it without a code. */
function isBusy(error: AuthError): boolean {
  const status = error instanceof ServerError ? (error.status ?? 0) : 0;
  return status === 429 || status >= 500 || TRANSIENT.has(error.errorCode);
}

function detailOf(error: unknown): string | null {
  return error instanceof AuthError ? (numberOf(error) ?? plain(error.errorCode)) : null;
}

/** Return the first AADSTS number of Entra's text; the rest of the text is dropped. */
function numberOf(error: AuthError): string | null {
  return /AADSTS\d{4,8}/.exec(error.errorMessage)?.[0] ?? null;
}

/** Return an error code that is a word; anything else that an authority sends is not shown. */
function plain(code: string): string | null {
  return /^[a-z0-9_.-]{1,64}$/i.test(code) ? code : null;
}
