/** `/<tenant>/oauth2/v2.0/logout`: ends the browser's session. Tokens stay good until they end, as at Entra. */
import { redirect, sendPage } from './http.mjs';
import { signedOutPage } from './pages.mjs';
import { isRedirectAllowed } from './registrations.mjs';

/**
 * @param {import('./authority.mjs').Authority} authority
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export function answerLogout(authority, request, response) {
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const { accounts } = authority.browsers.of(request, response);
  const hint = query.get('logout_hint')?.toLowerCase();
  const leaving = [...accounts.values()].filter(
    ({ username }) => hint === undefined || username === hint
  );
  for (const user of leaving) {
    accounts.delete(user.oid);
    authority.requestLog.note({ kind: 'logout', user: user.username });
  }
  const target = query.get('post_logout_redirect_uri') ?? '';
  if (!isRedirectAllowed(target, authority.redirectPaths)) {
    sendPage(response, signedOutPage());
    return;
  }
  const state = query.get('state');
  redirect(response, state === null ? target : `${target}?${new URLSearchParams({ state })}`);
}
