import { isSameNeed } from '../session/need';
import type { IAzureSession, IAzureTokenNeed, IWaitingRequest } from '../tokens';
import type { IOpening } from './connections';
import { type IOpenRequest, isSameRequest, MOST_OPEN, needOf, REPLAY } from './open-request';
import type { ITokenRequest } from './protocol';

/** Requests of kernels that have no answer yet. */
export class OpenRequests {
  /**
   * @param onWaiting - Called after `waiting` was replaced.
   * @param onOver - Called when no open request for a need is left.
   */
  constructor(
    private readonly session: Pick<IAzureSession, 'signIns'>,
    private readonly onWaiting: () => void,
    private readonly onOver: (need: IAzureTokenNeed) => void
  ) {}

  get all(): readonly IOpenRequest[] {
    return this.open;
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
  admit(request: ITokenRequest, { kernelId, commId, client }: IOpening): IOpenRequest | null {
    const ofKernel = this.open.filter(known => known.kernelId === kernelId);
    let open = ofKernel.find(known => isSameRequest(known.request, request));
    if (open === undefined) {
      if (ofKernel.length >= MOST_OPEN) {
        return null;
      }
      open = {
        ...{ kernelId, request, client, commId, openings: 0, signIns: this.session.signIns },
        ...{ said: null, asked: null, proved: false, forced: false, busy: false }
      };
      this.open.push(open);
    }
    open.commId = commId;
    open.openings += 1;
    return open;
  }

  has(open: IOpenRequest): boolean {
    return this.open.includes(open);
  }

  /** Return the request of a prompt. */
  asking(asked: IWaitingRequest): IOpenRequest | null {
    return this.open.find(known => known.asked === asked) ?? null;
  }

  /** Prompt the user, once the request has proved not to be a replay. */
  ask(open: IOpenRequest, label: string, question: IWaitingRequest['question']): void {
    open.asked = {
      requestId: open.request.requestId,
      kernelId: open.kernelId,
      label,
      need: { ...needOf(open.request), ...(question === 'anew' ? { anew: true } : {}) },
      question
    };
    window.setTimeout(() => {
      open.proved = true;
      this.refresh();
    }, REPLAY);
  }

  /** Drop requests that need no further answer. */
  close(...over: readonly IOpenRequest[]): void {
    this.open = this.open.filter(known => !over.includes(known));
    this.refresh();
    for (const need of over.map(({ request }) => needOf(request))) {
      if (!this.open.some(({ request }) => isSameNeed(needOf(request), need))) {
        this.onOver(need);
      }
    }
  }

  closeComm(kernelId: string, commId: string): void {
    const open = this.open.find(known => known.kernelId === kernelId && known.commId === commId);
    if (open !== undefined) {
      this.close(open);
    }
  }

  closeKernel(kernelId: string): void {
    this.close(...this.open.filter(known => known.kernelId === kernelId));
  }

  private refresh(): void {
    const waiting = this.open.flatMap(({ asked, proved }) => (asked && proved ? [asked] : []));
    if (waiting.length + this._waiting.length > 0) {
      this._waiting = waiting;
      this.onWaiting();
    }
  }

  private open: IOpenRequest[] = [];
  private _waiting: readonly IWaitingRequest[] = [];
}
