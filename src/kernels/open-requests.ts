import { isSameNeed } from '../session/need';
import type { IAzureSession, IAzureTokenNeed, IWaitingRequest } from '../tokens';
import type { IOpening } from './connections';
import { type IOpenRequest, isSameRequest, MOST_OPEN, needOf, REPLAY } from './open-request';
import type { ITokenRequest } from './protocol';

/** What kernels have asked for and have no answer to yet. */
export class OpenRequests {
  /**
   * @param onWaiting - Called when `waiting` was replaced.
   * @param onOver - Called when no request for a need is open any more.
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
   * Note that a kernel asks, perhaps again.
   *
   * @returns Null where it asks for too much at a time.
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

  /** By what the user is asked. */
  asking(asked: IWaitingRequest): IOpenRequest | null {
    return this.open.find(known => known.asked === asked) ?? null;
  }

  /** Have the user asked, once the request has proved to be alive. */
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

  /** Nothing more is owed for these. */
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
