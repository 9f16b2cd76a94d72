/** `/<tenant>/oauth2/v2.0/authorize` and the pages behind it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { EntraError, entraErrorNamed } from './aadsts.mjs';
import { readAuthorizeRequest, readReplyTo } from './authorize-request.mjs';
import { clientInfo } from './claims.mjs';
import { accountPrompt } from './account-prompt.mjs';
import { readBody, sendPage } from './http.mjs';
import { accountPage, errorPage } from './pages.mjs';
import { reply, replyError } from './reply.mjs';
import { takeOnce } from './settings.mjs';
import { askPassword, goOn } from './sign-in.mjs';
import { tenantFor } from './users.mjs';

/** @typedef {import('./authority.mjs').Authority} Authority */
/** @typedef {import('./sign-in.mjs').Flow} Flow */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * @param {Authority} authority
 * @param {string} segment - The tenant in the address.
 * @param {Request} request
 * @param {Response} response
 */
export async function answerAuthorizeRequest(authority, segment, request, response) {
  await delay(authority.settings.authorizeDelayMilliseconds);
  const query = await readParameters(request);
  /** @param {Partial<import('./request-log.mjs').Entry>} more */
  const note = more => authority.requestLog.note({ ...logEntry(segment, query), ...more });
  const replyTo = inPageOnError(response, note, () =>
    readReplyTo(segment, query, authority.redirectPaths)
  );
  if (!replyTo) {
    return;
  }
  try {
    refuseIfOrdered(authority);
    const accepted = readAuthorizeRequest(segment, query, replyTo);
    const flow = {
      id: randomUUID(),
      request: accepted,
      browser: authority.browsers.of(request, response),
      user: undefined,
      ending: endingOf(authority, accepted)
    };
    authority.flows.set(flow.id, flow);
    await begin(authority, flow, response);
    note({});
  } catch (error) {
    if (!(error instanceof EntraError)) {
      throw error;
    }
    note({ error: error.label });
    replyError(response, replyTo, error);
  }
}

/**
 * Returns how a sign-in ends: in a redirect, with a code or an error.
 *
 * @param {Authority} authority
 * @param {import('./authorize-request.mjs').AuthorizeRequest} request
 * @returns {import('./sign-in.mjs').Ending}
 */
function endingOf(
  { issuerOf, requestLog },
  { segment, client, replyTo, codeChallenge, nonce, clientInfo: wanted }
) {
  return {
    signedIn: async (user, response) => {
      const tenantId = tenantFor(user, segment) ?? user.tenantId;
      const code = await issuerOf(tenantId).issueCode({
        oid: user.oid,
        clientId: client.id,
        redirectUri: replyTo.redirectUri,
        codeChallenge,
        nonce
      });
      requestLog.codeTenants.set(code, tenantId);
      reply(response, replyTo, {
        code,
        ...(wanted ? { client_info: clientInfo(user) } : {}),
        session_state: randomUUID()
      });
    },
    refused: (error, response) => replyError(response, replyTo, error)
  };
}

/**
 * @param {Authority} authority
 * @param {Flow} flow
 * @param {Response} response
 */
export async function begin(authority, flow, response) {
  const { browser, request } = flow;
  const accounts = [...browser.accounts.values()].filter(
    user => tenantFor(user, request.segment) !== undefined
  );
  const decision = accountPrompt(request, accounts);
  switch (decision.kind) {
    case 'go-on':
      await goOn(authority, flow, decision.user, response);
      break;
    case 'ask-password':
      askPassword(flow, response);
      break;
    case 'ask-account':
      sendPage(
        response,
        accountPage({ action: `/sign-in/${flow.id}`, app: request.client.name, accounts })
      );
  }
}

/**
 * @template T
 * @param {Response} response
 * @param {(more: {error: string}) => void} note
 * @param {() => T} read
 * @returns {T | undefined} Undefined if there was an error, which is now on the page.
 */
function inPageOnError(response, note, read) {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EntraError)) {
      throw error;
    }
    note({ error: error.label });
    sendPage(response, errorPage(error.message), 400);
    return undefined;
  }
}

/** @param {Authority} authority */
function refuseIfOrdered({ settings }) {
  const error = entraErrorNamed(takeOnce(settings, 'nextAuthorizeError') ?? '');
  if (error) {
    throw error;
  }
}

/** @param {Request} request */
async function readParameters(request) {
  return request.method === 'POST'
    ? new URLSearchParams(await readBody(request))
    : new URL(request.url ?? '', 'http://localhost').searchParams;
}

/**
 * @param {string} segment
 * @param {URLSearchParams} query
 * @returns {Omit<import('./request-log.mjs').Entry, 'at'>}
 */
function logEntry(segment, query) {
  const fields = ['scope', 'prompt', 'claims'].map(name => [name, query.get(name)]);
  return {
    kind: 'authorize',
    tenant: segment,
    ...Object.fromEntries(fields.filter(([, value]) => value !== null))
  };
}
