/**
 * Hosts that give identities to machines, all at one address of loopback. The product finds them only by the variables
 * and files that the real ones set.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { readBody, sendJson } from '../http.mjs';
import { listen } from '../listen.mjs';
import { users } from '../users.mjs';
import { END_FORMATS } from './expiry-formats.mjs';
import { SYSTEM_ASSIGNED, USER_ASSIGNED, tokenOfIdentity, tokenOfUser } from './identities.mjs';
import { ODD_ANSWERS } from './odd-answers.mjs';
import { ARC_KEYS, ENDPOINT_PROTOCOLS } from './endpoint-protocols.mjs';

/**
 * @typedef {object} Settings
 * @property {number} delay - Milliseconds until the next answer, once.
 * @property {import('./expiry-formats.mjs').EndFormat} ends - How `expires_on` is written.
 * @property {string | null} odd - By name: what is answered in place of a token.
 * @property {number} odds - How many requests for a token are answered so. -1: all.
 * @property {[status: number, body: string] | null} other - What another cloud's service says to everything.
 * @property {boolean} opaque - Tokens are no JSON web tokens, as some resources want them.
 * @property {boolean} singleSignOn - A compute instance issues tokens of its user if a request names no identity.
 * @property {number} seconds - Life of the next tokens.
 */

/** @type {Readonly<Settings>} */
const DEFAULTS = {
  ...{ ends: 'epoch', odd: null, odds: -1, singleSignOn: false, seconds: 3600 },
  ...{ delay: 0, other: null, opaque: false }
};

/**
 * @typedef {object} Shared
 * @property {string} secret
 * @property {string} keyFolder
 * @property {Settings} settings
 * @property {{path: string, client: string | null, answer: string}[]} log
 * @property {string[]} tokens - All that were ever given.
 */

/**
 * @typedef {object} Hosts
 * @property {string} origin
 * @property {Record<Place, Record<string, string>>} environments - Variables that each host sets.
 * @property {Shared} shared
 * @property {() => Promise<void>} stop
 */

/** @typedef {'app-service' | 'msi' | 'compute-instance' | 'azure-notebooks' | 'cloud-shell' | 'arc' | 'imds'} Place */

/**
 * @param {{keyFolder?: string}} [options] - Where Arc's key is written, if clients see that at {@link ARC_KEYS}.
 * @returns {Promise<Hosts>}
 */
export async function startHosts({ keyFolder = ARC_KEYS } = {}) {
  const listening = await listen('127.0.0.1', 0);
  const origin = `http://127.0.0.1:${listening.port}`;
  /** @type {Shared} */
  const shared = {
    secret: randomUUID(),
    keyFolder,
    settings: { ...DEFAULTS },
    log: [],
    tokens: []
  };
  listening.serve((request, response) => void answer(origin, shared, request, response));
  const environments = environmentsAt(origin, shared.secret);
  return { origin, environments, shared, stop: listening.stop };
}

/**
 * @param {string} origin
 * @param {string} secret
 * @returns {Hosts['environments']}
 */
function environmentsAt(origin, secret) {
  const msi = { MSI_ENDPOINT: `${origin}/MSI/auth`, MSI_SECRET: secret };
  const legacy = { MSI_ENDPOINT: `${origin}/oauth2/token` };
  return {
    'app-service': { IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: secret },
    msi,
    'compute-instance': { ...msi, APPSETTING_WEBSITE_SITE_NAME: 'AMLComputeInstance' },
    'azure-notebooks': { ...legacy, AZURE_NOTEBOOKS_HOST: 'notebooks.azure.com' },
    'cloud-shell': { ...legacy, AZUREPS_HOST_ENVIRONMENT: 'cloud-shell/1.0' },
    arc: {
      IDENTITY_ENDPOINT: `${origin}/arc/metadata/identity/oauth2/token`,
      IMDS_ENDPOINT: origin
    },
    imds: { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin }
  };
}

/**
 * @param {string} origin
 * @param {Shared} shared
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function answer(origin, shared, request, response) {
  const { pathname } = new URL(request.url ?? '', origin);
  if (pathname === '/_local') {
    return control(shared, request, response);
  }
  const { delay, other } = shared.settings;
  shared.settings.delay = 0;
  await setTimeout(delay);
  if (other !== null) {
    shared.log.push({ path: pathname, client: null, answer: 'other' });
    response.writeHead(other[0], { 'content-type': 'text/html' }).end(other[1]);
    return;
  }
  const asked = await ENDPOINT_PROTOCOLS[pathname]?.(request, response, shared);
  const name = takeOdd(shared.settings, asked ?? null);
  const client = asked?.clientId ?? null;
  shared.log.push({ path: pathname, client, answer: asked ? (name ?? 'token') : 'refused' });
  if (asked === undefined) {
    sendJson(response, { error: 'There is nothing at this address.' }, 404);
  } else if (asked !== null) {
    give(origin, shared, pathname, { asked, name }, response);
  }
}

/**
 * @param {string} origin
 * @param {Shared} shared
 * @param {string} path
 * @param {{asked: import('./endpoint-protocols.mjs').Asked, name: string | null}} what
 * @param {import('node:http').ServerResponse} response
 */
function give(origin, { settings, tokens }, path, { asked, name }, response) {
  const { resource, clientId } = asked;
  const configured = clientId === null ? SYSTEM_ASSIGNED : USER_ASSIGNED;
  if (clientId !== null && clientId !== USER_ASSIGNED.clientId) {
    const message = 'No User Assigned Managed Identity found for specified ClientId';
    sendJson(response, { error: 'invalid_request', error_description: message, message }, 400);
    return;
  }
  const [user] = users;
  const ofUser = settings.singleSignOn && clientId === null && path === '/MSI/auth';
  const readable =
    ofUser && user
      ? tokenOfUser(user, resource, settings.seconds)
      : tokenOfIdentity(configured, resource, settings.seconds);
  const token = settings.opaque ? `opaque-${randomUUID()}` : readable;
  tokens.push(token);
  if (name !== null) {
    ODD_ANSWERS[name]?.(response, token, origin);
    return;
  }
  const ends = Math.floor(Date.now() / 1000) + settings.seconds;
  const lasts = String(settings.seconds);
  sendJson(response, {
    access_token: token,
    ...(ofUser ? {} : { client_id: configured.clientId }),
    // The metadata service has it; the protocols of App Service do not.
    ...(path.startsWith('/metadata') || path.startsWith('/arc') ? { expires_in: lasts } : {}),
    expires_on: END_FORMATS[settings.ends](ends),
    not_before: String(ends - settings.seconds),
    resource,
    token_type: 'Bearer'
  });
}

/** @param {Settings} settings @param {import('./endpoint-protocols.mjs').Asked | null} asked */
function takeOdd(settings, asked) {
  if (asked === null || settings.odd === null || settings.odds === 0) {
    return null;
  }
  settings.odds -= 1;
  return settings.odd;
}

/**
 * `GET /_local`: the log. `POST /_local`: settings; those left out are as at the beginning.
 *
 * @param {Shared} shared
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function control(shared, request, response) {
  if (request.method === 'POST') {
    set(shared, JSON.parse(await readBody(request)));
  }
  const { log, tokens } = shared;
  sendJson(response, { log, tokens });
}

/**
 * @param {Shared} shared - Its log is forgotten.
 * @param {Partial<Settings>} settings - Those left out are as at the beginning.
 */
export function set(shared, settings) {
  const unknown = Object.keys(settings).filter(name => !(name in DEFAULTS));
  if (unknown.length > 0 || !((settings.odd ?? 'silence') in ODD_ANSWERS)) {
    throw new TypeError(`There is no such setting or answer: ${unknown} ${settings.odd}`);
  }
  Object.assign(shared.settings, DEFAULTS, settings);
  shared.log.length = 0;
}
