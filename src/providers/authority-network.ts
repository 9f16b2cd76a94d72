import {
  BrowserAuthError,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
  ServerError
} from '@azure/msal-browser';
import { fieldsOf } from '../server-api/client';

/** Milliseconds for a request including all retries: a cell waits for it. */
const REQUEST_BUDGET_MS = 10_000;

/** Milliseconds before each retry: azure-core's default, as far as it fits into the budget. */
const RETRY_DELAYS_MS = [0, 1600, 3200];

/** A failed attempt. */
interface IFault {
  readonly isBusy: boolean;
  /** Milliseconds that the authority asks to wait. */
  readonly retryAfter?: number;
  /** Whether Entra had answered with success, but the rest did not arrive. */
  readonly hasSucceeded?: boolean;
}

/**
 * HTTP client of MSAL.js. Retries after a transient fault, but never for long: MSAL.js's own client
 * waits without limit, and sends nothing for a minute after a 429 or 5xx.
 *
 * The twin of `server/authority_client.py`, which says when a code is redeemed again.
 */
export class AuthorityNetwork implements INetworkModule {
  constructor(private readonly time: AuthorityNetwork.ITime = REAL_TIME) {}

  sendGetRequestAsync<T>(
    url: string,
    options?: NetworkRequestOptions
  ): Promise<NetworkResponse<T>> {
    return this.#send('GET', url, options);
  }

  sendPostRequestAsync<T>(
    url: string,
    options?: NetworkRequestOptions
  ): Promise<NetworkResponse<T>> {
    return this.#send('POST', url, options);
  }

  async #send<T>(
    method: string,
    url: string,
    { headers, body, correlationId = '' }: NetworkRequestOptions = {}
  ): Promise<NetworkResponse<T>> {
    const { time } = this;
    const notBefore = this.#notBefore;
    const form = new URLSearchParams(body);
    const key = `${url.split('?')[0]} ${form.get('scope')}`;
    const deadline = time.now() + REQUEST_BUDGET_MS;
    const turn = notBefore.get(key) ?? 0;
    if (turn >= deadline) {
      throw failure({ isBusy: true }, correlationId);
    }
    let lost: IFault | null = null;
    let wait: number | undefined = turn - time.now();
    for (const backoff of [...RETRY_DELAYS_MS, undefined]) {
      await time.sleep(Math.max(wait, 0));
      // A redirect would send the code and its verifier, or the refresh token, to another host.
      const request = { method, headers, body: body || undefined, redirect: 'error' };
      const found = await attempt(url, request as RequestInit, deadline - time.now());
      if (!('isBusy' in found)) {
        if (lost !== null && form.has('code') && isRedeemed(found)) {
          throw failure(lost, correlationId);
        }
        return { ...found, headers: {}, body: found.body as T };
      }
      lost ??= found;
      wait = backoff === undefined ? undefined : (found.retryAfter ?? backoff);
      if (found.retryAfter !== undefined) {
        notBefore.set(key, time.now() + found.retryAfter);
      }
      const isUseless = found.hasSucceeded === true && form.has('code');
      if (isUseless || wait === undefined || time.now() + wait >= deadline) {
        throw failure(found, correlationId);
      }
    }
    throw failure({ isBusy: true }, correlationId);
  }

  /** Earliest next request in milliseconds since the page was loaded, by endpoint and scope. */
  readonly #notBefore = new Map<string, number>();
}

export namespace AuthorityNetwork {
  export interface ITime {
    /** Milliseconds that never go back. */
    now(): number;
    sleep(milliseconds: number): Promise<unknown>;
  }
}

const REAL_TIME: AuthorityNetwork.ITime = {
  now: () => performance.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))
};

interface IAuthorityResponse {
  readonly status: number;
  readonly body: unknown;
}

async function attempt(
  url: string,
  request: RequestInit,
  timeoutMs: number
): Promise<IAuthorityResponse | IFault> {
  let status = 0;
  try {
    const signal = AbortSignal.timeout(Math.max(timeoutMs, 1));
    const response = await fetch(url, { ...request, signal });
    ({ status } = response);
    if (status === 408 || status === 429 || status >= 500) {
      return { isBusy: true, ...readRetryAfter(response.headers.get('Retry-After')) };
    }
    const body: unknown = await response.json();
    const error = fieldsOf(body).get('error');
    return error === 'temporarily_unavailable' || error === 'server_error'
      ? { isBusy: true }
      : { status, body };
  } catch {
    return { isBusy: false, hasSucceeded: status === 200 };
  }
}

/** Entra lets pages read this header; with an authority that does not, there is none. */
function readRetryAfter(header: string | null): { retryAfter?: number } {
  const retryAfter = Number(header) * 1000 || Date.parse(header ?? '') - Date.now();
  return retryAfter >= 0 ? { retryAfter } : {};
}

function isRedeemed({ body }: IAuthorityResponse): boolean {
  return /AADSTS54005\b/.test(String(fieldsOf(body).get('error_description')));
}

/** Return an error of MSAL.js, which passes its own errors through. */
function failure({ isBusy }: IFault, correlationId: string): Error {
  return isBusy
    ? new ServerError('temporarily_unavailable', correlationId)
    : new BrowserAuthError('network_error', correlationId);
}
