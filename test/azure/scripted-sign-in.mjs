/** A minimal browser and app based on `fetch`, for the tests of the local Azure itself. */
import { readFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { pkce } from './pkce.mjs';
import { AZURE_CLI } from './registrations.mjs';

export { pkce };

/** @typedef {import('./local-azure.mjs').LocalAzure} LocalAzure */
/** @typedef {import('./users.mjs').User} User */

export const REDIRECT_URI =
  'http://localhost:8888/lab/extensions/jupyter-azure-auth/static/redirect.html';
export const STORAGE = 'https://storage.azure.com/.default';
export const ARM = 'https://management.azure.com/.default';

/** Keeps cookies, follows no redirect. */
export class HandBrowser {
  #cookie = '';

  /**
   * @param {string | URL} url
   * @param {Record<string, string>} [form] - Posted if given.
   * @returns {Promise<{status: number, html: string, answer: URLSearchParams, location: string}>} `answer`: what a redirect carries.
   */
  async visit(url, form) {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: this.#cookie },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {})
    });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    const location = response.headers.get('location') ?? '';
    const [, answer = ''] = location.split(/[#?]/);
    return {
      status: response.status,
      html: await response.text(),
      answer: new URLSearchParams(answer),
      location
    };
  }
}

/**
 * @param {LocalAzure} azure
 * @param {string} name - `authorize`, `token` or `logout`.
 * @param {string} [tenant]
 */
export function endpoint(azure, name, tenant = new URL(azure.authority).pathname.slice(1)) {
  return azure.authorityMetadata.token_endpoint
    .replace('{tenantid}', tenant)
    .replace(/token$/, name);
}

/**
 * @param {LocalAzure} azure
 * @param {Record<string, string | undefined> & {tenant?: string}} [changes] - Undefined removes a parameter.
 */
export function authorizeUrl(azure, { tenant, ...changes } = {}) {
  const parameters = {
    client_id: azure.clientId,
    scope: `openid profile offline_access ${STORAGE}`,
    redirect_uri: REDIRECT_URI,
    response_mode: 'fragment',
    response_type: 'code',
    state: 'the-state',
    nonce: 'the-nonce',
    client_info: '1',
    code_challenge_method: 'S256',
    code_challenge: pkce().challenge,
    ...changes
  };
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]]
  );
  return `${endpoint(azure, 'authorize', tenant)}?${new URLSearchParams(given)}`;
}

/**
 * @param {LocalAzure} azure
 * @param {string} html - Of a page with one form.
 */
export function formAction(azure, html) {
  const path = /<form method="post" action="([^"]+)"/.exec(html)?.[1] ?? '/no-form';
  return new URL(path, azure.controlUrl);
}

/**
 * @param {string} html - Of a page with a form that a browser submits automatically.
 * @returns {Record<string, string>} What it sends.
 */
export function formFields(html) {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries(
    [...inputs].map(([, name = '', value = '']) => [name, value.replaceAll('&#39;', "'")])
  );
}

/** @param {User} user */
export function credentials({ username, password }) {
  return { action: 'sign-in', loginfmt: username, passwd: password };
}

/**
 * @param {LocalAzure} azure
 * @param {Record<string, string>} fields
 * @param {{tenant?: string, origin?: string | undefined}} [options]
 * @returns {Promise<{status: number, body: Record<string, any>, headers: Headers}>}
 */
export async function askToken(azure, fields, options = {}) {
  const { tenant, origin } = { origin: 'http://localhost:8888', ...options };
  const response = await fetch(endpoint(azure, 'token', tenant), {
    method: 'POST',
    headers: origin === undefined ? {} : { origin },
    body: new URLSearchParams({ client_id: azure.clientId, ...fields })
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/**
 * @param {LocalAzure} azure
 * @param {{tenant?: string, client_id?: string}} [options]
 * @returns {Promise<{status: number, body: Record<string, any>}>}
 */
export async function askDeviceCode(azure, options = {}) {
  const { tenant, client_id } = { tenant: 'organizations', client_id: AZURE_CLI.id, ...options };
  const scope = `openid profile offline_access ${STORAGE}`;
  const response = await fetch(endpoint(azure, 'devicecode', tenant), {
    method: 'POST',
    body: new URLSearchParams({ client_id, scope })
  });
  return { status: response.status, body: await response.json() };
}

/**
 * Runs a whole sign-in, up to the token answer.
 *
 * @param {LocalAzure} azure
 * @param {User} user
 * @param {{scope?: string, browser?: HandBrowser}} [options]
 */
export async function signIn(azure, user, { scope = STORAGE, browser = new HandBrowser() } = {}) {
  const { verifier, challenge } = pkce();
  const wanted = `openid profile offline_access ${scope}`;
  const tenant = user.tenantId;
  const url = authorizeUrl(azure, {
    tenant,
    scope: wanted,
    prompt: 'login',
    code_challenge: challenge
  });
  const page = await browser.visit(url);
  const { answer } = await browser.visit(formAction(azure, page.html), credentials(user));
  const fields = redemption(answer.get('code') ?? '', verifier, wanted);
  const { body } = await askToken(azure, fields, { tenant });
  return body;
}

/** @param {string} code @param {string} verifier @param {string} scope */
export function redemption(code, verifier, scope) {
  return {
    grant_type: 'authorization_code',
    redirect_uri: REDIRECT_URI,
    code,
    code_verifier: verifier,
    scope
  };
}

/** @param {string} refreshToken @param {string} scope */
export function renewal(refreshToken, scope) {
  return { grant_type: 'refresh_token', refresh_token: refreshToken, scope };
}

/** @param {string} token @returns {Record<string, any>} */
export function claimsOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

/**
 * @param {LocalAzure} azure
 * @param {string} name - What follows `/_local/`.
 * @param {unknown} [body] - Posted if given.
 */
export async function control(azure, name, body) {
  const response = await fetch(
    `${azure.controlUrl}/${name}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  );
  return response.json();
}

/**
 * @param {LocalAzure} azure
 * @param {string} token
 * @param {{method?: string, path: string, body?: string, headers?: Record<string, string>}} request - `path`: within the account.
 * @returns {Promise<{status: number, body: string}>}
 */
export async function askStorage({ storage }, token, { method = 'GET', path, body, headers }) {
  const ca = await readFile(storage.caFile);
  return new Promise((resolve, reject) => {
    const request = httpsRequest(`${storage.accountUrl}/${path}`, {
      method,
      ca,
      agent: false,
      headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2024-11-04', ...headers }
    });
    request.once('error', reject).once('response', response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    request.end(body);
  });
}
