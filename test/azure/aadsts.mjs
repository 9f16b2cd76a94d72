/**
 * Entra's errors: number, OAuth code, sentence. The sentences have the meaning of Entra's, so
 * that code which looks for `AADSTS<number>` or shows the text to a user is tested with realistic ones.
 */
import { randomUUID } from 'node:crypto';

/**
 * @typedef {object} Refusal
 * @property {string} error - OAuth error code.
 * @property {string} text - One sentence, without its number.
 * @property {string} [subcode] - `error_subcode` of a redirect, `suberror` of a token answer.
 */

/** @satisfies {Record<string, Refusal>} */
export const AADSTS = {
  16000: {
    error: 'interaction_required',
    text: 'Several user accounts are signed in and the request does not say which one to use.'
  },
  28000: {
    error: 'invalid_scope',
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource.'
  },
  50011: {
    error: 'invalid_request',
    text: 'The redirect URI specified in the request does not match the redirect URIs configured for the application.'
  },
  50020: {
    error: 'access_denied',
    text: 'This user account does not exist in this tenant and cannot access the application there. Sign in with an account of this tenant.'
  },
  50058: {
    error: 'login_required',
    text: 'A silent sign-in request was sent but no user is signed in.'
  },
  50076: {
    error: 'interaction_required',
    subcode: 'basic_action',
    text: 'Due to a configuration change made by your administrator, you must use multi-factor authentication to access this resource.'
  },
  50105: {
    error: 'access_denied',
    text: 'The signed in user is not assigned to a role for the application.'
  },
  50126: {
    error: 'invalid_grant',
    text: 'Error validating credentials due to invalid username or password.'
  },
  50173: {
    error: 'invalid_grant',
    subcode: 'bad_token',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.'
  },
  53000: {
    error: 'access_denied',
    subcode: 'message_only',
    text: 'Device is not in required device state: not compliant. Conditional Access policy requires a compliant device.'
  },
  53003: {
    error: 'access_denied',
    subcode: 'message_only',
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.'
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.'
  },
  65001: {
    error: 'interaction_required',
    subcode: 'consent_required',
    text: 'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.'
  },
  65004: {
    error: 'access_denied',
    subcode: 'cancel',
    text: 'User declined to consent to access the app.'
  },
  70008: {
    error: 'invalid_grant',
    text: 'The provided authorization code or refresh token has expired or is unknown. Send a new interactive authorization request for this user and resource.'
  },
  70011: {
    error: 'invalid_scope',
    text: 'The provided value for the input parameter scope is not valid.'
  },
  70003: {
    error: 'unsupported_grant_type',
    text: 'The app requested an unsupported grant type.'
  },
  70016: {
    error: 'authorization_pending',
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.'
  },
  70018: {
    error: 'bad_verification_code',
    text: "The provided value for the input parameter 'device_code' is not valid."
  },
  70020: {
    error: 'expired_token',
    text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired."
  },
  90002: {
    error: 'invalid_request',
    text: 'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.'
  },
  90014: {
    error: 'invalid_request',
    text: 'A required field is missing from the request.'
  },
  500011: {
    error: 'invalid_resource',
    text: 'The resource principal named in the scope was not found in the tenant. You might have sent your authentication request to the wrong tenant.'
  },
  500112: {
    error: 'invalid_grant',
    text: 'The reply address does not match the reply address provided when requesting the authorization code.'
  },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.'
  },
  700016: {
    error: 'unauthorized_client',
    text: 'Application with this identifier was not found in the directory.'
  },
  700024: {
    error: 'invalid_client',
    text: 'Client assertion is not within its valid time range.'
  },
  700213: {
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion subject.'
  },
  530003: {
    error: 'access_denied',
    subcode: 'message_only',
    text: 'Your device is required to be managed to access this resource.'
  },
  530033: {
    error: 'access_denied',
    subcode: 'message_only',
    text: 'Remote device flow blocked due to device-based conditional access.'
  },
  700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.'
  },
  700084: {
    error: 'invalid_grant',
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page.'
  },
  7000218: {
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
  },
  9002325: {
    error: 'invalid_request',
    text: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.'
  },
  9002326: {
    error: 'invalid_request',
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type."
  },
  9002327: {
    error: 'invalid_request',
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."
  }
};

/** @typedef {keyof typeof AADSTS} AadstsNumber */

/** Errors without a number. @satisfies {Record<string, Refusal>} */
const NUMBERLESS = {
  /** The user pressed Cancel on the sign-in page. */
  cancelled: {
    error: 'access_denied',
    subcode: 'cancel',
    text: 'The user has cancelled the sign-in.'
  },
  /** The same, if the sign-in was for an app on another device. */
  declined: {
    error: 'authorization_declined',
    text: 'The end user denied the authorization request.'
  },
  'slow-down': {
    error: 'slow_down',
    text: 'The app asks more often than it was told to.'
  }
};

/**
 * An error answer, in a redirect, a token answer or a page. Its message is the text alone, without
 * any field of the request.
 */
export class EntraError extends Error {
  /** @param {AadstsNumber | keyof typeof NUMBERLESS} reason */
  constructor(reason) {
    const number = reason in NUMBERLESS ? undefined : Number(reason);
    /** @type {Refusal} */
    const refusal = { ...AADSTS, ...NUMBERLESS }[reason];
    super(number === undefined ? refusal.text : `AADSTS${number}: ${refusal.text}`);
    this.number = number;
    this.code = refusal.error;
    this.subcode = refusal.subcode;
    /** For the log. */
    this.label = number === undefined ? refusal.error : `AADSTS${number}`;
  }
}

/**
 * @param {string} name - `AADSTS50105` or `50105`.
 * @returns {EntraError | undefined} Undefined for a number that is not in the table.
 */
export function entraErrorNamed(name) {
  const digits = name.replace(/^AADSTS/, '');
  return digits in AADSTS
    ? new EntraError(/** @type {AadstsNumber} */ (/** @type {unknown} */ (digits)))
    : undefined;
}

/**
 * The lines that Entra puts under each sentence.
 *
 * @param {string} sentence
 * @param {string | undefined} correlationId - Of the request, if it brought one.
 */
export function traced(sentence, correlationId) {
  const trace = randomUUID();
  const correlation = correlationId ?? randomUUID();
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return {
    description: `${sentence} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    trace,
    correlation,
    timestamp
  };
}
