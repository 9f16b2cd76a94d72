/** The local Entra: routes requests of one HTTP server to its endpoints. */
import { EntraError } from './aadsts.mjs';
import { answerAuthorizeRequest } from './authorize-endpoint.mjs';
import { Browsers } from './browsers.mjs';
import { answerControl } from './control.mjs';
import { instanceDiscovery, openIdConfiguration, publicKeys } from './discovery.mjs';
import { DEVICE_PAGE, answerDeviceCodeRequest } from './device-code-endpoint.mjs';
import { answerDevicePage } from './device-page.mjs';
import { allowAnyOrigin, sendJson, sendPage } from './http.mjs';
import { RequestLog } from './request-log.mjs';
import { listenOnLocalhost } from './listen.mjs';
import { answerLogout } from './logout-endpoint.mjs';
import { errorPage } from './pages.mjs';
import { defaultSettings } from './settings.mjs';
import { answerSignInPage } from './sign-in.mjs';
import { answerTokenRequest, speakAsEntra } from './token-endpoint.mjs';
import { trace } from './token-error.mjs';
import { makeSigningKey, makeTokenIssuer } from './token-issuer.mjs';
import { makeTokenStore } from './token-store.mjs';
import { tenants, tenantsOf } from './users.mjs';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {(request: Request, response: Response) => void} Listener */

/**
 * What the endpoints share.
 *
 * @typedef {object} Authority
 * @property {string} origin - Its address: `http://localhost:<port>`, or another one that it was given.
 * @property {readonly string[]} redirectPaths
 * @property {object} key - Private JWK that signs all tokens.
 * @property {import('./settings.mjs').Settings} settings
 * @property {RequestLog} requestLog
 * @property {Browsers} browsers
 * @property {import('./consent.mjs').Consents} consents
 * @property {Map<string, import('./sign-in.mjs').Flow>} flows - Sign-ins in progress.
 * @property {Map<string, import('./device-codes.mjs').DeviceCode>} deviceCodes - By the code that the app has.
 * @property {(tenantId: string) => import('./token-issuer.mjs').TokenIssuer} issuerOf
 */

/** Endpoints below `/<tenant>/`. @type {Record<string, (authority: Authority, segment: string, request: Request, response: Response) => unknown>} */
const ENDPOINTS = {
  'oauth2/v2.0/authorize': answerAuthorizeRequest,
  'oauth2/v2.0/token': answerTokenRequest,
  'oauth2/v2.0/devicecode': answerDeviceCodeRequest,
  'oauth2/v2.0/logout': (authority, _segment, request, response) =>
    answerLogout(authority, request, response),
  'discovery/v2.0/keys': (authority, _segment, request, response) =>
    publish(publicKeys(authority.key), request, response),
  'discovery/instance': (authority, _segment, request, response) =>
    publish(instanceDiscovery(authority.origin), request, response),
  'v2.0/.well-known/openid-configuration': ({ origin }, segment, request, response) => {
    const [tenant, second] = tenantsOf(segment);
    const one = second ? undefined : tenant?.id;
    if (tenant === undefined) {
      publish(unknownTenant(), request, response, 400);
      return;
    }
    publish(openIdConfiguration(origin, one ?? '{tenantid}', one ?? segment), request, response);
  }
};

/** Error in the address of a document, for which Entra has no other. */
function unknownTenant() {
  const { message } = new EntraError(90002);
  return {
    ...trace(new URLSearchParams(), message),
    error: 'invalid_tenant',
    error_codes: [90002]
  };
}

/**
 * @param {{port: number, redirectPaths: readonly string[]}} options - Port 0: any free one.
 * @returns {Promise<{origin: string, listenerAs: (origin: string) => Listener, books: Books, stop: () => Promise<void>}>}
 *   `listenerAs`: the same authority, its users, log and settings, under another name.
 */
export async function startAuthority({ port, redirectPaths }) {
  const listening = await listenOnLocalhost(port);
  const origin = `http://localhost:${listening.port}`;
  const shared = makeBooks(listening.port, redirectPaths);
  /** @param {string} name */
  const listenerAs = name => listenerOf({ ...shared, origin: name });
  listening.serve(listenerAs(origin));
  return { origin, listenerAs, books: shared, stop: listening.stop };
}

/** @typedef {Omit<Authority, 'origin' | 'issuerOf'>} Books */

/**
 * @param {number} port
 * @param {readonly string[]} redirectPaths
 * @returns {Books}
 */
function makeBooks(port, redirectPaths) {
  return {
    redirectPaths,
    key: makeSigningKey(),
    settings: defaultSettings(),
    requestLog: new RequestLog(),
    browsers: new Browsers(port),
    consents: new Set(),
    flows: new Map(),
    deviceCodes: new Map()
  };
}

/**
 * @param {Books & {origin: string}} books
 * @returns {Listener}
 */
function listenerOf(books) {
  const { origin, key, settings } = books;
  const store = makeTokenStore();
  const issuers = new Map(
    tenants.map(({ id }) => [
      id,
      makeTokenIssuer({ issuer: `${origin}/${id}/v2.0`, tenantId: id, key, settings, store })
    ])
  );
  /** @type {Authority} */
  const authority = {
    ...books,
    issuerOf: tenantId => {
      const issuer = issuers.get(tenantId);
      if (!issuer) {
        throw new Error('Every tenant has an issuer.');
      }
      return issuer;
    }
  };
  for (const issuer of issuers.values()) {
    speakAsEntra(authority, issuer);
  }
  return (request, response) => void answer(authority, request, response);
}

/**
 * @param {Authority} authority
 * @param {Request} request
 * @param {Response} response
 */
async function answer(authority, request, response) {
  const { pathname } = new URL(request.url ?? '', authority.origin);
  const [, first = '', ...others] = pathname.split('/');
  const rest = others.join('/');
  try {
    const endpoint = ENDPOINTS[rest];
    if (first === '_local') {
      await answerControl(authority, rest, request, response);
    } else if (first === 'sign-in' && request.method === 'POST') {
      await answerSignInPage(authority, rest, request, response);
    } else if (pathname === DEVICE_PAGE) {
      await answerDevicePage(authority, request, response);
    } else if (endpoint) {
      await endpoint(authority, first, request, response);
    } else {
      sendPage(response, errorPage('There is nothing at this address.'), 404);
    }
  } catch (error) {
    console.error(error);
    response.destroy();
  }
}

/** @param {object} document @param {Request} request @param {Response} response @param {number} [status] */
function publish(document, request, response, status = 200) {
  if (!allowAnyOrigin(request, response)) {
    sendJson(response, document, status);
  }
}
