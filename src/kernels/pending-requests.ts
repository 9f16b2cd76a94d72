import { isSameTokenRequest } from '../auth/token-request';
import type { IAzureAuth, IAzureTokenRequest, IWaitingRequest } from '../tokens';
import type { ICommOpen } from './connections';
import {
  type IPendingRequest,
  isSameRequest,
  MAX_PENDING_PER_KERNEL,
  toTokenRequest,
  REPLAY_GRACE_MS
} from './pending-request';
import type { ITokenRequest } from './protocol';

/** Requests of kernels that have no answer yet. */
export class PendingRequests {
  /**
   * @param onWaiting - Called after `waiting` was replaced.
   * @param onOver - Called when no open request for a need is left.
   */
  constructor(
    private readonly auth: Pick<IAzureAuth, 'signInCount'>,
    private readonly onWaiting: () => void,
    private readonly onOver: (request: IAzureTokenRequest) => void
  ) {}

  get all(): readonly IPendingRequest[] {
    return this.pending;
  }

  /** What the user is asked about, oldest first. */
  get waiting(): readonly IWaitingRequest[] {
    return this._waiting;
  }

  /**
   * Record a request, or a repetition of one.
   *
   * @returns Null if the kernel has too many open requests.
   */
  admit(request: ITokenRequest, { kernelId, commId, client }: ICommOpen): IPendingRequest | null {
    const ofKernel = this.pending.filter(known => known.kernelId === kernelId);
    let pending = ofKernel.find(known => isSameRequest(known.request, request));
    if (pending === undefined) {
      if (ofKernel.length >= MAX_PENDING_PER_KERNEL) {
        return null;
      }
      pending = {
        ...{ kernelId, request, client, commId, attempts: 0, signInCount: this.auth.signInCount },
        ...{ lastPending: null, prompt: null, isLive: false, forced: false, busy: false }
      };
      this.pending.push(pending);
    }
    pending.commId = commId;
    pending.attempts += 1;
    return pending;
  }

  has(pending: IPendingRequest): boolean {
    return this.pending.includes(pending);
  }

  /** Return the request of a prompt. */
  findPrompted(prompt: IWaitingRequest): IPendingRequest | null {
    return this.pending.find(known => known.prompt === prompt) ?? null;
  }

  /** Prompt the user, once the request has proved not to be a replay. */
  prompt(pending: IPendingRequest, label: string, question: IWaitingRequest['question']): void {
    pending.prompt = {
      requestId: pending.request.requestId,
      kernelId: pending.kernelId,
      label,
      request: {
        ...toTokenRequest(pending.request),
        ...(question === 'prompt' ? { prompt: true } : {})
      },
      question
    };
    window.setTimeout(() => {
      pending.isLive = true;
      this.refresh();
    }, REPLAY_GRACE_MS);
  }

  /** Drop requests that need no further answer. */
  close(...over: readonly IPendingRequest[]): void {
    this.pending = this.pending.filter(known => !over.includes(known));
    this.refresh();
    for (const tokenRequest of over.map(({ request }) => toTokenRequest(request))) {
      if (
        !this.pending.some(({ request }) =>
          isSameTokenRequest(toTokenRequest(request), tokenRequest)
        )
      ) {
        this.onOver(tokenRequest);
      }
    }
  }

  closeComm(kernelId: string, commId: string): void {
    const pending = this.pending.find(
      known => known.kernelId === kernelId && known.commId === commId
    );
    if (pending !== undefined) {
      this.close(pending);
    }
  }

  closeKernel(kernelId: string): void {
    this.close(...this.pending.filter(known => known.kernelId === kernelId));
  }

  private refresh(): void {
    const waiting = this.pending.flatMap(({ prompt, isLive }) =>
      prompt && isLive ? [prompt] : []
    );
    if (waiting.length + this._waiting.length > 0) {
      this._waiting = waiting;
      this.onWaiting();
    }
  }

  private pending: IPendingRequest[] = [];
  private _waiting: readonly IWaitingRequest[] = [];
}
