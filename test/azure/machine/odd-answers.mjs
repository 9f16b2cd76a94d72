/**
 * Answers of hosts without a token, on request of a test. Each text contains a token, as some real ones do, which must
 * not be repeated.
 */

/** @typedef {import('node:http').ServerResponse} Response */

const LONG = 10 * 1024 * 1024;

/** @type {Readonly<Record<string, (response: Response, token: string, origin: string) => void>>} */
export const ODD_ANSWERS = {
  'sso failure': (response, token) =>
    text(response, 200, `SSO failure: unable to retrieve a token: ${token}`),
  'no page': (response, token) => text(response, 404, `404 page not found ${token}`),
  'no identity': (response, token) =>
    bad(response, 'invalid_request', `Identity not found ${token}`),
  'several identities': (response, token) =>
    bad(
      response,
      'invalid_request',
      `Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request ${token}`
    ),
  'no such resource': (response, token) =>
    bad(response, 'invalid_resource', `The resource principal was not found ${token}`),
  'refused by Entra': (response, token) =>
    bad(response, 'unauthorized_client', `AADSTS700016: Application was not found. ${token}`),
  'wrong key': (response, token) => json(response, 401, { StatusCode: 401, Message: token }),
  unreachable: (response, token) =>
    text(response, 403, `connecting to 169.254.169.254:80: unreachable host ${token}`),
  upgrade: (response, token) => text(response, 410, token),
  'too busy': (response, token) => {
    response.setHeader('retry-after', '1');
    json(response, 429, { error: 'too_many_requests', error_description: token });
  },
  'far too busy': (response, token) => {
    response.setHeader('retry-after', '600');
    json(response, 429, { error: 'too_many_requests', error_description: token });
  },
  'out of order': (response, token) => text(response, 503, `Service Unavailable ${token}`),
  teapot: (response, token) => text(response, 418, token),
  'other address': (response, token, origin) => {
    response.writeHead(302, { location: `${origin}/elsewhere?token=${token}` }).end(token);
  },
  'too long': (response, token) => text(response, 200, `${token} `.padEnd(LONG, 'x')),
  'a page': (response, token) => text(response, 200, `<!DOCTYPE html><p>Log in</p>${token}`),
  'no token': (response, token) => json(response, 200, { id_token: token, expires_in: '3600' }),
  'no end': (response, token) => json(response, 200, { access_token: token, expires_on: 'soon' }),
  'ended already': (response, token) =>
    json(response, 200, { access_token: token, expires_on: '1600000000', token_type: 'Bearer' }),
  silence: () => undefined,
  'half an answer': (response, token) => {
    response.writeHead(200, { 'content-length': '9999' }).write(token);
    response.destroy();
  }
};

/** @param {Response} response @param {number} status @param {string} body */
function text(response, status, body) {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
}

/** @param {Response} response @param {number} status @param {object} body */
function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** @param {Response} response @param {string} error @param {string} description */
function bad(response, error, description) {
  json(response, 400, { error, error_description: description });
}
