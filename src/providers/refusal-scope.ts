/**
 * Return what a refusal of the token endpoint ends. The twin of `refusal_scope` in
 * `server/errors.py`.
 *
 * Microsoft's rule: `error` and `suberror` decide, never a number. The same refusal of policy, such
 * as AADSTS50078 or AADSTS70043, can concern one resource only. `unclear`: only another request,
 * for no resource at all, can show it.
 */
export function refusalScope(error: string, suberror: string): 'sign_in' | 'request' | 'unclear' {
  if (suberror === 'bad_token' || suberror === 'token_expired') {
    return 'sign_in';
  }
  return error === 'invalid_grant' && suberror === '' ? 'unclear' : 'request';
}
