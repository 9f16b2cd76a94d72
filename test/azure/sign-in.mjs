/** `POST /sign-in/<flow>`: what the user did on a sign-in page. */
import { EntraError } from './aadsts.mjs';
import { needsConsent, rememberConsent } from './consent.mjs';
import { readBody, sendPage } from './http.mjs';
import { consentPage, errorPage, signInPage } from './pages.mjs';
import { tenantFor, tenantsOf, userNamed, users } from './users.mjs';

/** @typedef {import('./authority.mjs').Authority} Authority */
/** @typedef {import('./users.mjs').User} User */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * The requested sign-in, however it ends.
 *
 * @typedef {Pick<import('./authorize-request.mjs').AuthorizeRequest, 'segment' | 'client' | 'asked' | 'prompt' | 'loginHint'>} Request
 */

/**
 * The end of a sign-in.
 *
 * @typedef {object} Ending
 * @property {(flow: Flow, user: User, response: Response) => void} [confirm] - Shows a page that asks whether it is
 *   really wanted, in place of the consent.
 * @property {(user: User, response: Response) => Promise<void>} signedIn
 * @property {(error: EntraError, response: Response) => void} refused
 */

/**
 * A sign-in that is going on in some browser.
 *
 * @typedef {object} Flow
 * @property {string} id
 * @property {Request} request
 * @property {Ending} ending
 * @property {import('./browsers.mjs').Browser} browser
 * @property {import('./users.mjs').User | undefined} user - Known, and asked for consent.
 */

/**
 * @param {Authority} authority
 * @param {string} id - Of the flow.
 * @param {import('node:http').IncomingMessage} request
 * @param {Response} response
 */
export async function answerSignInPage(authority, id, request, response) {
  const form = new URLSearchParams(await readBody(request));
  const flow = authority.flows.get(id);
  if (!flow) {
    sendPage(response, errorPage('This sign-in is over. Begin again.'), 400);
    return;
  }
  const chosen = flow.browser.accounts.get(userNamed(form.get('account') ?? '')?.oid ?? '');
  if (chosen) {
    await goOn(authority, flow, chosen, response);
    return;
  }
  switch (form.get('action')) {
    case 'cancel':
      cancel(authority, flow, response);
      break;
    case 'accept':
      await accept(authority, flow, response);
      break;
    case 'other':
      askPassword(flow, response);
      break;
    default:
      await checkPassword(authority, flow, form, response);
  }
}

/**
 * The user is known: asks for consent where it is needed, else ends it.
 *
 * @param {Authority} authority
 * @param {Flow} flow
 * @param {User} user
 * @param {Response} response
 * @throws {EntraError} AADSTS65001, where a silent request would need consent.
 */
export async function goOn(authority, flow, user, response) {
  const { asked, client, prompt } = flow.request;
  const { settings, consents } = authority;
  if (flow.ending.confirm) {
    flow.user = user;
    flow.ending.confirm(flow, user, response);
    return;
  }
  const ask = settings.askConsent && needsConsent(consents, user.oid, client.id, asked);
  if (!ask && prompt !== 'consent') {
    await end(authority, flow, user, response);
    return;
  }
  if (prompt === 'none') {
    throw new EntraError(65001);
  }
  flow.user = user;
  const { audience } = asked;
  sendPage(
    response,
    consentPage({ action: `/sign-in/${flow.id}`, app: client.name, user, audience })
  );
}

/**
 * Shows the page where a user types a name and a password.
 *
 * @param {Flow} flow
 * @param {Response} response
 * @param {{username?: string, error?: EntraError}} [again] - After an attempt that failed.
 */
export function askPassword({ id, request }, response, { username, error } = {}) {
  const tenants = tenantsOf(request.segment);
  const page = signInPage({
    action: `/sign-in/${id}`,
    username: username ?? request.loginHint ?? '',
    error: error?.message,
    tenants,
    users: users.filter(user => tenantFor(user, request.segment) !== undefined)
  });
  sendPage(response, page);
}

/**
 * @param {Authority} authority
 * @param {Flow} flow
 * @param {URLSearchParams} form
 * @param {Response} response
 */
async function checkPassword(authority, flow, form, response) {
  const username = form.get('loginfmt') ?? '';
  const user = userNamed(username);
  /** @param {import('./aadsts.mjs').AadstsNumber} reason */
  const refuse = reason => {
    const error = new EntraError(reason);
    authority.requestLog.note({ kind: 'sign-in', error: error.label });
    askPassword(flow, response, { username, error });
  };
  if (user?.password !== form.get('passwd')) {
    refuse(50126);
  } else if (user && tenantFor(user, flow.request.segment) === undefined) {
    refuse(50020);
  } else if (user) {
    flow.browser.accounts.set(user.oid, user);
    authority.requestLog.note({ kind: 'sign-in', user: user.username });
    await goOn(authority, flow, user, response);
  }
}

/** @param {Authority} authority @param {Flow} flow @param {Response} response */
async function accept(authority, flow, response) {
  if (flow.user) {
    const { client, asked } = flow.request;
    rememberConsent(authority.consents, flow.user.oid, client.id, asked);
    await end(authority, flow, flow.user, response);
  }
}

/** @param {Authority} authority @param {Flow} flow @param {Response} response */
function cancel(authority, flow, response) {
  authority.flows.delete(flow.id);
  const error = new EntraError(flow.user ? 65004 : 'cancelled');
  authority.requestLog.note({ kind: 'sign-in', error: error.label });
  flow.ending.refused(error, response);
}

/**
 * @param {Authority} authority
 * @param {Flow} flow
 * @param {User} user
 * @param {Response} response
 */
async function end({ flows }, flow, user, response) {
  flows.delete(flow.id);
  await flow.ending.signedIn(user, response);
}
