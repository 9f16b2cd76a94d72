/** Reading requests and writing answers, as every endpoint here needs it. */

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

/**
 * @param {Request} request
 * @returns {Promise<string>}
 */
export async function readBody(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
  }
  return body;
}

/**
 * @param {Response} response
 * @param {unknown} value
 * @param {number} [status]
 */
export function sendJson(response, value, status = 200) {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(value));
}

/**
 * @param {Response} response
 * @param {string} html
 * @param {number} [status]
 */
export function sendPage(response, html, status = 200) {
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      // As Entra: a page that wants the user's attention never shows in MSAL's hidden frame.
      'x-frame-options': 'DENY'
    })
    .end(html);
}

/**
 * @param {Response} response
 * @param {string} location
 */
export function redirect(response, location) {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
}

/**
 * Lets any page read the answer; answers a preflight request itself.
 *
 * @param {Request} request
 * @param {Response} response
 * @returns {boolean} Whether the request is answered already.
 */
export function allowAnyOrigin(request, response) {
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'OPTIONS') {
    return false;
  }
  response
    .writeHead(204, {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*'
    })
    .end();
  return true;
}
