import {
  type AuthError,
  BrowserAuthError,
  InteractionRequiredAuthError,
  ServerError
} from '@azure/msal-browser';
import { describeMsalError, describeRefusal } from '../../../src/providers/msal-errors';
import type { AzureAuthErrorCode, AzureProblemCode } from '../../../src/tokens';
import entra from '../../../catalog/aadsts-numbers.json';
import texts from '../../cases/entra-texts.json';
import refusals from '../../cases/refusals.json';
import { anError } from '../kernels/kernel-harness';

const TOKEN_REQUEST = { scopes: ['https://storage.azure.com/.default'] };
const TEXT = (number: string): string => `${number}: state=SECRET. Trace ID: SECRET`;

const own = (code: string): AuthError => new BrowserAuthError(code, 'id');
const server = (code: string, text = 'SECRET', sub = ''): AuthError =>
  new ServerError(code, 'id', text, sub);
const wants = (code: string, text = 'SECRET'): AuthError =>
  new InteractionRequiredAuthError(code, 'id', text);

const ROWS: [AuthError, AzureProblemCode, string | null, AzureAuthErrorCode][] = [
  [own('popup_window_error'), 'popup_blocked', 'popup_window_error', 'failed'],
  [own('empty_window_error'), 'popup_blocked', 'empty_window_error', 'failed'],
  [own('timed_out'), 'timed_out', 'timed_out', 'failed'],
  [own('user_cancelled'), 'cancelled', 'user_cancelled', 'failed'],
  [own('crypto_nonexistent'), 'insecure_page', 'crypto_nonexistent', 'unavailable'],
  [server('temporarily_unavailable'), 'busy', 'temporarily_unavailable', 'unavailable'],
  [server(''), 'busy', null, 'unavailable'],
  [own('no_network_connectivity'), 'network', 'no_network_connectivity', 'unavailable'],
  [own('state_mismatch'), 'failed', 'state_mismatch', 'failed'],
  [own('constructor'), 'failed', 'constructor', 'failed'],
  [own('authority_uri_insecure'), 'bad_configuration', 'authority_uri_insecure', 'unavailable'],
  [server('access_denied'), 'cancelled', 'access_denied', 'failed'],
  [server('access_denied', 'SECRET', 'cancel'), 'cancelled', 'access_denied', 'failed'],
  [server('access_denied', TEXT('AADSTS65004')), 'consent_declined', 'AADSTS65004', 'failed'],
  [server('access_denied', TEXT('AADSTS50105')), 'refused', 'AADSTS50105', 'failed'],
  [server('invalid_request', TEXT('AADSTS50011')), 'wrong_redirect_uri', 'AADSTS50011', 'failed'],
  [
    server('invalid_request', TEXT('AADSTS9002326')),
    'wrong_redirect_uri',
    'AADSTS9002326',
    'failed'
  ],
  [wants('consent_required'), 'consent_required', 'consent_required', 'consent_required'],
  [
    wants('invalid_grant', TEXT('AADSTS65001')),
    'consent_required',
    'AADSTS65001',
    'consent_required'
  ],
  [
    wants('interaction_required', TEXT('AADSTS50076')),
    'interaction_required',
    'AADSTS50076',
    'consent_required'
  ],
  [
    server('invalid_grant', TEXT('AADSTS50079')),
    'interaction_required',
    'AADSTS50079',
    'consent_required'
  ],
  [server('invalid_grant', TEXT('AADSTS50105')), 'refused', 'AADSTS50105', 'failed'],
  [
    server('invalid_grant', TEXT('AADSTS53003'), 'message_only'),
    'refused',
    'AADSTS53003',
    'failed'
  ],
  [
    server('invalid_grant', TEXT('AADSTS7'), 'consent_required'),
    'consent_required',
    'invalid_grant',
    'consent_required'
  ],
  [
    server('invalid_grant', TEXT('AADSTS50173'), 'bad_token'),
    'sign_in_ended',
    'AADSTS50173',
    'sign_in_required'
  ],
  [
    server('invalid_grant', TEXT('AADSTS700084'), 'token_expired'),
    'sign_in_ended',
    'AADSTS700084',
    'sign_in_required'
  ],
  [wants('no_tokens_found'), 'sign_in_ended', 'no_tokens_found', 'sign_in_required'],
  [wants('login_required'), 'interaction_required', 'login_required', 'consent_required']
];

describe('describeMsalError', () => {
  // The same rows as in test/server/test_errors.py: one refusal has one code.
  it.each(refusals)('calls $error ($suberror) $code', ({ error, suberror, code }) => {
    expect(describeMsalError(server(error, 'No.', suberror), null).problem.code).toBe(code);
  });

  it.each(Object.entries(entra.numbers))('maps AADSTS%s to its code', (number, { code }) => {
    for (const error of ['invalid_grant', 'access_denied', 'invalid_request']) {
      const problem = describeMsalError(server(error, TEXT(`AADSTS${number}`)), null).problem;
      expect(problem).toEqual({ code, detail: `AADSTS${number}`, request: null });
    }
  });

  it.each(texts)(
    'passes on the sentence of Entra for an unknown number: $text',
    ({ text, sentence }) => {
      const explanation = sentence === null ? {} : { explanation: sentence };
      const { problem } = describeMsalError(server('invalid_request', text), null);
      expect(problem).toEqual({
        code: 'failed',
        detail: problem.detail,
        request: null,
        ...explanation
      });
      expect(JSON.stringify(problem)).not.toMatch(/SECRET|contoso/i);
    }
  );

  it.each(ROWS)('maps %s to %s (%s), on the wire %s', (error, code, detail, wire) => {
    const found = describeMsalError(error, TOKEN_REQUEST);
    expect(found).toMatchObject({ code: wire, problem: { code, detail, request: TOKEN_REQUEST } });
    expect(`${found.stack} ${JSON.stringify(found)}`).not.toContain('SECRET');
    expect(found.cause).toBeUndefined();
  });

  it.each([[new TypeError('SECRET')], ['SECRET'], [null]])('does not recognize %s', error => {
    const problem = { code: 'failed', detail: null, request: null };
    const found = describeMsalError(error, null);
    expect(found).toMatchObject({ code: 'failed', problem, message: 'failed' });
  });

  it('shows no code that is a text', () => {
    expect(describeMsalError(server('<b>SECRET</b> &c'), null).problem.detail).toBeNull();
  });

  it('keeps an error that is already described', () => {
    const error = anError();
    expect(describeMsalError(error, TOKEN_REQUEST)).toBe(error);
  });
});

// Situation: popup | `invalid_grant` without a suberror (AADSTS50105) | renewal | that request is
// refused, if a silent request for no resource succeeds | ask your administrator
describe('describeRefusal', () => {
  const unclear = server('invalid_grant', TEXT('AADSTS50105'));
  const renew = jest.fn<Promise<unknown>, []>(async () => 'a token');

  beforeEach(() => renew.mockReset().mockResolvedValue('a token'));

  it('ends one request if the sign-in works for others', async () => {
    const found = await describeRefusal(unclear, TOKEN_REQUEST, renew);
    expect(found).toMatchObject({
      code: 'failed',
      problem: { code: 'refused', request: TOKEN_REQUEST }
    });
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['is refused, too', server('invalid_grant')],
    ['ends the sign-in', server('invalid_grant', '', 'bad_token')],
    ['finds no refresh token', wants('no_tokens_found')]
  ])('ends the sign-in if a request for no resource %s', async (_, refused) => {
    renew.mockRejectedValue(refused);
    expect(await describeRefusal(unclear, TOKEN_REQUEST, renew)).toMatchObject({
      code: 'sign_in_required',
      problem: { code: 'sign_in_ended', detail: 'AADSTS50105', request: TOKEN_REQUEST }
    });
  });

  it('ends nothing if only a further check is required', async () => {
    renew.mockRejectedValue(wants('interaction_required'));
    expect((await describeRefusal(unclear, TOKEN_REQUEST, renew)).problem.code).toBe('refused');
  });

  it('cannot decide while Azure is unavailable', async () => {
    renew.mockRejectedValue(server('temporarily_unavailable'));
    expect((await describeRefusal(unclear, TOKEN_REQUEST, renew)).code).toBe('unavailable');
  });

  it('sends no request if the answer is clear', async () => {
    for (const clear of [server('invalid_grant', '', 'bad_token'), wants('consent_required')]) {
      const expected = describeMsalError(clear, TOKEN_REQUEST);
      expect(await describeRefusal(clear, TOKEN_REQUEST, renew)).toEqual(expected);
    }
    expect(renew).not.toHaveBeenCalled();
  });

  it.each([{ tenantId: 'fabrikam.com' }, { claims: '{}' }])(
    'sends a request if it may be about %s alone',
    async change => {
      const expired = server('invalid_grant', TEXT('AADSTS70043'), 'token_expired');
      const found = await describeRefusal(expired, { ...TOKEN_REQUEST, ...change }, renew);
      expect(found.problem).toMatchObject({ code: 'interaction_required', detail: 'AADSTS70043' });
    }
  );
});
