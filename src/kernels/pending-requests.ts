import { isSameTokenRequest } from '../auth/same-token-request';
import type { IPageAuth } from '../auth/page-auth';
import type { IWaitingRequest } from './kernel-requests';
import type { IAzureTokenRequest } from '../tokens';
import type { ICommOpen, IKernelDocument } from './connections';
import type { IStatusOrSignOut, IPendingAnswer, ITokenRequest } from './protocol';

/** A request that is not answered yet. A kernel repeats it, each time on a new comm. */
interface IPendingOf<Request> {
  readonly kernelId: string;
  readonly request: Request;
  /** The document of this page that asked; null for another page, or this one before a reload. */
  readonly client: IKernelDocument | null;
  /** Id of the client that ran the code. */
  readonly clientId: string;
  /** Whether that client is a program; known only when the request is served. */
  byProgram: boolean;
  /** The newest comm, the only one that is answered. */
  commId: string;
  /** How often the kernel has asked. */
  attempts: number;
  /** The reason last sent to the kernel; null while this page has stayed silent. */
  lastPending: IPendingAnswer['reason'] | null;
  /** The prompt that the user sees; null if there is none. */
  prompt: IWaitingRequest | null;
  /** Whether it is not a replay of an old request: no `comm_close` has followed for a while. */
  isLive: boolean;
  /** Whether a forced token was already requested; repetitions do not force another one. */
  forced: boolean;
  /** Number of sign-ins before the request arrived; see `needsInteractiveSignIn`. */
  readonly signInCount: number;
  /** Whether a lookup is in progress. */
  busy: boolean;
}

/** A request for a token, which the user may have to answer. */
export type IPendingRequest = IPendingOf<ITokenRequest>;

/** A request for the status or a sign-out, which the page answers without the user. */
export type IPendingStatusOrSignOut = IPendingOf<IStatusOrSignOut>;

export type IPending = IPendingRequest | IPendingStatusOrSignOut;

/** Maximum number of open requests per kernel. */
export const MAX_PENDING_PER_KERNEL = 20;

/**
 * Milliseconds without a `comm_close` after which the user is asked: to a tab that reconnects, the
 * server replays what it has missed, including requests that are over.
 */
export const REPLAY_GRACE_MS = 300;

/** Attempts from which a page that was not asked answers, if it needs no prompt. */
const TRY_FROM_ATTEMPT = 2;

/** Attempts from which it prompts its user. */
const PROMPT_FROM_ATTEMPT = 4;

/** Return the part of a request that a session needs. */
export function toTokenRequest({
  scopes,
  tenantId,
  claims,
  account
}: ITokenRequest): IAzureTokenRequest {
  return {
    scopes,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(claims === undefined ? {} : { claims }),
    ...(account === undefined ? {} : { account })
  };
}

/**
 * Whether this page should answer: at once, or once the page that was asked is late. Only the page
 * that was asked signs out.
 */
export function canTry({ client, attempts, request }: IPending): boolean {
  return client !== null || (attempts >= TRY_FROM_ATTEMPT && request.kind !== 'sign_out');
}

export function isForToken(pending: IPending): pending is IPendingRequest {
  return pending.request.kind === 'token';
}

/** Whether this page may do more than send a token: send `pending`, prompt its user. */
export function canPrompt(pending: IPendingRequest): boolean {
  return canReject(pending) || pending.attempts >= PROMPT_FROM_ATTEMPT;
}

/**
 * Whether this page may answer `error`, which ends the request for all other pages too. A program's
 * request has no page of its own.
 */
export function canReject({ client, lastPending, byProgram }: IPendingRequest): boolean {
  return client !== null || lastPending !== null || byProgram;
}

/** Whether the user still has to sign in for it, even if an account is signed in. */
export function needsInteractiveSignIn(
  { request, signInCount }: IPendingRequest,
  auth: Pick<IPageAuth, 'signInCount'>
): boolean {
  return request.prompt && auth.signInCount === signInCount;
}

/** Whether two requests are equal. One id with other contents is a different request. */
export function isSameRequest(one: IPending['request'], other: IPending['request']): boolean {
  // Compares the ids first, since the rest is expensive if a kernel floods the page.
  return one.requestId === other.requestId && JSON.stringify(one) === JSON.stringify(other);
}

/** Requests of kernels that have no answer yet. */
export class PendingRequests {
  /**
   * @param onWaiting - Called after `waiting` was replaced.
   * @param onOver - Called when no open request for a need is left.
   */
  constructor(
    private readonly auth: Pick<IPageAuth, 'signInCount'>,
    private readonly onWaiting: () => void,
    private readonly onOver: (request: IAzureTokenRequest) => void
  ) {}

  get all(): readonly IPending[] {
    return this.#pending;
  }

  /** What the user is asked about, oldest first. */
  get waiting(): readonly IWaitingRequest[] {
    return this.#waiting;
  }

  /**
   * Record a request, or a repetition of one.
   *
   * @returns Null if the kernel has too many open requests.
   */
  admit(request: IPending['request'], commOpen: ICommOpen): IPending | null {
    const { kernelId, commId, client, clientId } = commOpen;
    const ofKernel = this.#pending.filter(known => known.kernelId === kernelId);
    let pending = ofKernel.find(known => isSameRequest(known.request, request));
    if (pending === undefined) {
      if (ofKernel.length >= MAX_PENDING_PER_KERNEL) {
        return null;
      }
      pending = {
        ...{ kernelId, request, client, clientId, commId, attempts: 0, byProgram: false },
        ...{ signInCount: this.auth.signInCount },
        ...{ lastPending: null, prompt: null, isLive: false, forced: false, busy: false }
      } as IPending;
      this.#pending.push(pending);
    }
    pending.commId = commId;
    pending.attempts += 1;
    return pending;
  }

  has(pending: IPending): boolean {
    return this.#pending.includes(pending);
  }

  /** Return the request of a prompt. */
  findPrompted(prompt: IWaitingRequest): IPendingRequest | null {
    return this.#pending.filter(isForToken).find(known => known.prompt === prompt) ?? null;
  }

  /** Prompt the user, once the request has proved not to be a replay. */
  prompt(
    pending: IPendingRequest,
    question: IWaitingRequest['question'],
    texts: Pick<IWaitingRequest, 'label' | 'username'>
  ): void {
    pending.prompt = {
      ...texts,
      requestId: pending.request.requestId,
      kernelId: pending.kernelId,
      request: {
        ...toTokenRequest(pending.request),
        ...(question === 'prompt' ? { prompt: true } : {})
      },
      question,
      ...(pending.byProgram ? { byProgram: true } : {})
    };
    // The user may already click on what takes the place of an earlier prompt.
    this.#refresh();
    window.setTimeout(() => {
      pending.isLive = true;
      this.#refresh();
    }, REPLAY_GRACE_MS);
  }

  /** Drop requests that need no further answer. */
  close(...over: readonly IPending[]): void {
    this.#pending = this.#pending.filter(known => !over.includes(known));
    this.#refresh();
    for (const { request } of over.filter(isForToken)) {
      const tokenRequest = toTokenRequest(request);
      if (
        !this.#pending
          .filter(isForToken)
          .some(({ request }) => isSameTokenRequest(toTokenRequest(request), tokenRequest))
      ) {
        this.onOver(tokenRequest);
      }
    }
  }

  closeComm(kernelId: string, commId: string): void {
    const pending = this.#pending.find(
      known => known.kernelId === kernelId && known.commId === commId
    );
    if (pending !== undefined) {
      this.close(pending);
    }
  }

  closeKernel(kernelId: string): void {
    this.close(...this.#pending.filter(known => known.kernelId === kernelId));
  }

  #refresh(): void {
    const waiting = this.#pending.flatMap(({ prompt, isLive }) =>
      prompt && isLive ? [prompt] : []
    );
    if (waiting.length + this.#waiting.length > 0) {
      this.#waiting = waiting;
      this.onWaiting();
    }
  }

  #pending: IPending[] = [];
  #waiting: readonly IWaitingRequest[] = [];
}
