import type { IAzureSession, IAzureTokenNeed, IWaitingRequest } from '../tokens';
import type { IClient } from './connections';
import type { IPendingAnswer, ITokenRequest } from './protocol';

/** A request that is not answered yet. A kernel repeats it, each time on a new comm. */
export interface IOpenRequest {
  readonly kernelId: string;
  readonly request: ITokenRequest;
  /** The document of this page that asked; null for another page, or this one before a reload. */
  readonly client: IClient | null;
  /** The newest comm, the only one that is answered. */
  commId: string;
  /** How often the kernel has asked. */
  openings: number;
  /** The reason last sent to the kernel; null while this page has stayed silent. */
  said: IPendingAnswer['reason'] | null;
  /** The prompt that the user sees; null if there is none. */
  asked: IWaitingRequest | null;
  /** Whether it is no replay of an old request: no `comm_close` came for a while after it. */
  proved: boolean;
  /** Whether a forced token was already requested; repetitions do not force another one. */
  forced: boolean;
  /** Number of sign-ins before the request arrived; see `isToSignInFor`. */
  readonly signIns: number;
  /** Whether a lookup is in progress. */
  busy: boolean;
}

/** Maximum number of open requests per kernel. */
export const MOST_OPEN = 20;

/**
 * Milliseconds without a `comm_close` after which the user is asked: to a tab that reconnects, the
 * server replays what it has missed, including requests that are over.
 */
export const REPLAY = 300;

/** Attempts from which a page that was not asked answers, if it needs no prompt. */
const SILENTLY = 2;

/** Attempts from which it prompts its user. */
const ALOUD = 4;

/** Return the part of a request that a session needs. */
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

/** Whether this page may do more than send a token: send `pending`, prompt its user. */
export function maySpeak({ client, openings, said }: IOpenRequest): boolean {
  return client !== null || said !== null || openings >= ALOUD;
}

/** Whether this page may answer `error`, which ends the request for all other pages too. */
export function mayRefuse({ client, said }: IOpenRequest): boolean {
  return client !== null || said !== null;
}

/** Whether the user still has to sign in for it, even if an account is signed in. */
export function isToSignInFor(
  { request, signIns }: IOpenRequest,
  session: Pick<IAzureSession, 'signIns'>
): boolean {
  return request.prompt && session.signIns === signIns;
}

/** Whether two requests are equal. One id with other contents is a different request. */
export function isSameRequest(one: ITokenRequest, other: ITokenRequest): boolean {
  // Compares the ids first, since the rest is expensive if a kernel floods the page.
  return one.requestId === other.requestId && JSON.stringify(one) === JSON.stringify(other);
}
