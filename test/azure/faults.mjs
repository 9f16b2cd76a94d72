/** How the token endpoint misbehaves when a test wants that: faults of the wire, not refusals. */

/**
 * @typedef {object} TokenFault
 * @property {'reset' | 'hang' | 'truncated' | 'garbage' | 'busy'} kind
 * @property {number} [status] - With `busy`; 503 otherwise.
 * @property {number} [retryAfter] - Seconds, with `busy`.
 * @property {number} [times] - How many requests meet it; all, if that is not said.
 */

/** @typedef {import('node:http').ServerResponse} Response */

/** @type {Record<TokenFault['kind'], (response: Response, fault: TokenFault) => void>} */
const KINDS = {
  reset: response => void response.socket?.resetAndDestroy(),
  hang: () => undefined,
  truncated: response => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '2000' });
    response.write('{"token_type":"Bea', () => response.destroy());
  },
  garbage: response => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html>Log in to the hotel</html>');
  },
  busy: (response, { status = 503, retryAfter }) => {
    response
      .writeHead(status, {
        'content-type': 'application/json',
        'access-control-expose-headers': 'Retry-After',
        ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })
      })
      .end(JSON.stringify({ error: 'temporarily_unavailable', error_description: 'Busy.' }));
  }
};

/**
 * @param {import('./settings.mjs').Settings} settings
 * @returns {TokenFault | null} What this request meets.
 */
export function takeFault(settings) {
  const fault = settings.tokenFault;
  if (fault?.times !== undefined) {
    settings.tokenFault = fault.times > 1 ? { ...fault, times: fault.times - 1 } : null;
  }
  return fault;
}

/** @param {Response} response @param {TokenFault} fault */
export function misbehave(response, fault) {
  KINDS[fault.kind](response, fault);
}

/** @param {unknown} value */
export function isTokenFault(value) {
  const { kind = '' } = /** @type {{kind?: string}} */ (value);
  return kind in KINDS;
}
