import { AuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-browser';
import { AzureAuthError } from '../auth/errors';
import { failure } from '../auth/failure';
import { BY_ERROR, BY_NUMBER, BY_SUBERROR } from '../auth/entra';
import { isGuid } from '../auth/validation';
import type { AzureProblemCode, IAzureTokenRequest, IProblemTrace } from '../tokens';
import { firstSentence } from './entra-text';
import { refusalScope } from './refusal-scope';

/** From RFC 6749 (4.1.2.1), and MSAL's own throttling, which has no code. */
const TRANSIENT: ReadonlySet<string> = new Set(['', 'temporarily_unavailable', 'server_error']);

/** The app that signs in, and its authority. */
export interface IApp {
  readonly clientId: string;
  /** `https://<host>/<tenant>`. */
  readonly authority: string;
}

/**
 * Return what an error of MSAL.js means. Only codes are kept, since its messages can contain state
 * and nonce, and Entra's own sentence if its number is not in the catalog.
 *
 * @param request - The token request that failed because of it.
 * @param app - What signed in; absent if that is not known.
 */
export function describeMsalError(
  error: unknown,
  request: IAzureTokenRequest | null,
  app?: IApp
): AzureAuthError {
  if (error instanceof AzureAuthError) {
    return error;
  }
  const code = problemCode(error);
  const detail = detailOf(error);
  const explanation = detail?.startsWith('AADSTS') && !BY_NUMBER.has(detail) ? textOf(error) : null;
  return failure(code, request, {
    detail,
    ...(explanation === null ? {} : { explanation }),
    ...(app === undefined ? {} : { trace: traceOf(error, app, request) })
  });
}

/** The same during a sign-in: no further sign-in helps if the code is refused. */
export function describeSignInError(
  error: unknown,
  request: IAzureTokenRequest | null,
  app?: IApp
): AzureAuthError {
  const described = describeMsalError(error, request, app);
  return msalRefusalScope(error) === 'unclear' && described.code === 'consent_required'
    ? failure('failed', request, described.problem)
    : described;
}

/**
 * Return what the refusal of a token means, after finding out whether it ends the sign-in.
 *
 * @param renew - Gets a token for no resource: what refuses this refuses everything.
 */
export async function describeRefusal(
  error: unknown,
  request: IAzureTokenRequest,
  renew: () => Promise<unknown>,
  app?: IApp
): Promise<AzureAuthError> {
  const described = describeMsalError(error, request, app);
  const ends = msalRefusalScope(error);
  // A refusal for another tenant or a claims challenge may concern that alone.
  const isPlain = request.tenantId === undefined && request.claims === undefined;
  if (ends === 'request' || (ends === 'sign_in' && isPlain)) {
    return described;
  }
  const { problem } = described;
  try {
    await renew();
  } catch (refused) {
    const about = describeMsalError(refused, request, app);
    if (about.code === 'unavailable') {
      return about;
    }
    if (about.code === 'sign_in_required' || msalRefusalScope(refused) !== 'request') {
      return failure('sign_in_ended', request, problem);
    }
  }
  return ends === 'unclear' ? described : failure('interaction_required', request, problem);
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
  const isResolvable = error instanceof InteractionRequiredAuthError;
  return (
    BY_NUMBER.get(number ?? '') ??
    BY_SUBERROR.get(error.subError) ??
    // With a claims challenge of Entra's, the user can resolve it interactively.
    (isResolvable && error.claims !== '' ? 'interaction_required' : undefined) ??
    BY_ERROR.get(error.errorCode) ??
    (isResolvable ? 'interaction_required' : 'failed')
  );
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

function traceOf(error: unknown, app: IApp, request: IAzureTokenRequest | null): IProblemTrace {
  const id = error instanceof AuthError ? error.correlationId : '';
  return {
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    clientId: app.clientId,
    tenantId: request?.tenantId ?? new URL(app.authority).pathname.split('/')[1] ?? '',
    correlationId: isGuid(id) ? id : null
  };
}

function textOf(error: unknown): string | null {
  return error instanceof AuthError ? firstSentence(error.errorMessage) : null;
}

/** Return the first AADSTS number of Entra's text. */
function numberOf(error: AuthError): string | null {
  return /AADSTS\d{4,8}/.exec(error.errorMessage)?.[0] ?? null;
}

/** Return an error code that is a word; anything else that an authority sends is not shown. */
function plain(code: string): string | null {
  return /^[a-z0-9_.-]{1,64}$/i.test(code) ? code : null;
}
