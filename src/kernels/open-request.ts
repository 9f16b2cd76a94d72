import type { IAzureSession, IAzureTokenNeed, IWaitingRequest } from '../tokens';
import type { IClient } from './connections';
import type { IPendingAnswer, ITokenRequest } from './protocol';

/** A request that is not answered yet. A kernel repeats it, each time on a comm of its own. */
export interface IOpenRequest {
  readonly kernelId: string;
  readonly request: ITokenRequest;
  /** The part of this page that asked; null if it was another page's, or this one before a reload. */
  readonly client: IClient | null;
  /** The newest comm: the only one that is answered. */
  commId: string;
  /** How often the kernel has asked. */
  openings: number;
  /** What the kernel was last told; null as long as this page has kept silent. */
  said: IPendingAnswer['reason'] | null;
  /** What the user is asked; null as long as nobody is. */
  asked: IWaitingRequest | null;
  /** Not a replay of what is over: no `comm_close` came for a while after it was asked. */
  proved: boolean;
  /** A token was got by force: once is enough, however often it is repeated. */
  forced: boolean;
  /** How often somebody had signed in before it came; see `isToSignInFor`. */
  readonly signIns: number;
  /** Somebody is at it already. */
  busy: boolean;
}

/** Requests of one kernel that may be open at a time. */
export const MOST_OPEN = 20;

/**
 * Milliseconds without a `comm_close` after which the user is asked: to a tab that reconnects, the
 * server replays what was said meanwhile, requests that are over included.
 */
export const REPLAY = 300;

/** Openings from which a page that was not asked answers, silently. */
const SILENTLY = 2;

/** Openings from which it asks its user. */
const ALOUD = 4;

/** What a request is for, as a session knows it. */
export function needOf({ scopes, tenantId, claims, account }: ITokenRequest): IAzureTokenNeed {
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(claims === undefined ? {} : { claims }),
    ...(account === undefined ? {} : { account })
  };
}

/** Whether this page should look for a token: at once, or once the page that was asked is late. */
export function mayAnswer({ client, openings }: IOpenRequest): boolean {
  return client !== null || openings >= SILENTLY;
}

/** Whether this page may speak of anything but a token: say `pending`, ask its user. */
export function maySpeak({ client, openings, said }: IOpenRequest): boolean {
  return client !== null || said !== null || openings >= ALOUD;
}

/** Whether this page may answer `error`, which ends the request for all other pages, too. */
export function mayRefuse({ client, said }: IOpenRequest): boolean {
  return client !== null || said !== null;
}

/** Whether its user has still to sign in for it, whoever is signed in. */
export function isToSignInFor(
  { request, signIns }: IOpenRequest,
  session: Pick<IAzureSession, 'signIns'>
): boolean {
  return request.prompt && session.signIns === signIns;
}

/** The same id with other contents is another request, which the old answer is not for. */
export function isSameRequest(one: ITokenRequest, other: ITokenRequest): boolean {
  // Its id first: a kernel that floods the page makes the rest dear.
  return one.requestId === other.requestId && JSON.stringify(one) === JSON.stringify(other);
}
