/** An error as the endpoints tell it that apps ask, not browsers. */
import { traced } from './aadsts.mjs';

/** Entra has one code there for all that only the user, or an administrator, can mend; `suberror` says what it is. */
const GRANT_ERRORS = ['interaction_required', 'access_denied'];

/**
 * @param {string} origin - Of the authority.
 * @param {URLSearchParams} form - Of the request.
 * @param {import('./aadsts.mjs').EntraError} error
 */
export function errorAnswer(origin, form, { code, subcode, number, message }) {
  return {
    error: GRANT_ERRORS.includes(code) ? 'invalid_grant' : code,
    ...(subcode === undefined ? {} : { suberror: subcode }),
    ...trace(form, message),
    error_codes: number === undefined ? [] : [number],
    error_uri: `${origin}/error?code=${number}`
  };
}

/** @param {URLSearchParams} form @param {string} sentence */
export function trace(form, sentence) {
  const traces = traced(sentence, form.get('client-request-id') ?? undefined);
  return {
    error_description: traces.description,
    timestamp: traces.timestamp,
    trace_id: traces.trace,
    correlation_id: traces.correlation
  };
}
