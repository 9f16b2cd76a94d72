/** The protocol of each host, and its answers to requests that do not follow it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { readBody, sendJson } from '../http.mjs';

/** Where Arc's agent puts its keys, and clients look for them, and nowhere else. */
export const ARC_KEYS = '/var/opt/azcmagent/tokens';

const KEY = 'of-the-machine.key';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * @typedef {object} Asked
 * @property {string} resource
 * @property {string | null} clientId
 */

/**
 * Reads a request; null: it is answered already.
 *
 * @typedef {(request: Request, response: Response, host: import('./hosts.mjs').Shared) => Promise<Asked | null>} Wire
 */

/** @type {Readonly<Record<string, Wire>>} */
export const ENDPOINT_PROTOCOLS = {
  /** App Service, Functions and Container Apps, 2019. */
  '/msi/token': async (request, response, { secret }) => {
    const query = queryOf(request);
    if (request.headers['x-identity-header'] !== secret) {
      return refuse(response, 401, { StatusCode: 401, Message: 'Unauthorized' });
    }
    return query.get('api-version') === '2019-08-01' && request.method === 'GET'
      ? { resource: query.get('resource') ?? '', clientId: query.get('client_id') }
      : refuse(response, 400, { statusCode: 400, message: 'Unsupported API version.' });
  },

  /** App Service, 2017, and Azure ML's compute. */
  '/MSI/auth': async (request, response, { secret }) => {
    const query = queryOf(request);
    if (request.headers['secret'] !== secret) {
      return refuse(response, 401, { StatusCode: 401, Message: 'Unauthorized' });
    }
    return query.get('api-version') === '2017-09-01' && request.method === 'GET'
      ? { resource: query.get('resource') ?? '', clientId: query.get('clientid') }
      : refuse(response, 400, { statusCode: 400, message: 'Unsupported API version.' });
  },

  /** Azure Notebooks and Cloud Shell. */
  '/oauth2/token': async (request, response) => {
    const form = new URLSearchParams(await readBody(request));
    return request.method === 'POST' && request.headers['metadata'] === 'true'
      ? { resource: form.get('resource') ?? '', clientId: null }
      : refuse(response, 400, {
          error: { code: 'invalid_request', message: 'Required metadata header not specified' }
        });
  },

  /** Azure Arc; a file proves that the caller runs on this machine. */
  '/arc/metadata/identity/oauth2/token': async (request, response, { keyFolder }) => {
    const query = queryOf(request);
    const [scheme, key] = (request.headers.authorization ?? '').split(' ');
    if (query.get('api-version') !== '2020-06-01' || request.headers['metadata'] !== 'true') {
      return refuse(response, 400, { error: 'invalid_request' });
    }
    if (scheme === 'Basic' && key !== undefined && (await isKey(keyFolder, key))) {
      return { resource: query.get('resource') ?? '', clientId: query.get('client_id') };
    }
    await writeKey(keyFolder);
    response.setHeader('www-authenticate', `Basic realm=${ARC_KEYS}/${KEY}`);
    return refuse(response, 401, { error: 'unauthorized_client' });
  },

  /** The metadata service of a virtual machine. */
  '/metadata/identity/oauth2/token': async (request, response) => {
    const query = queryOf(request);
    if (request.headers['metadata'] !== 'true') {
      return refuse(response, 400, {
        error: 'invalid_request',
        error_description: 'Required metadata header not specified'
      });
    }
    return query.get('api-version') === '2018-02-01' && request.method === 'GET'
      ? { resource: query.get('resource') ?? '', clientId: query.get('client_id') }
      : refuse(response, 400, { error: 'bad_request_102' });
  }
};

/** @param {Request} request */
function queryOf(request) {
  return new URL(request.url ?? '', 'http://localhost').searchParams;
}

/** @param {Response} response @param {number} status @param {object} body */
function refuse(response, status, body) {
  sendJson(response, body, status);
  return null;
}

/** @param {string} folder */
async function writeKey(folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, KEY), randomUUID());
}

/** @param {string} folder @param {string} key */
async function isKey(folder, key) {
  return key === (await readFile(join(folder, KEY), 'utf8').catch(() => ''));
}
