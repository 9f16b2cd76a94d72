import { type ISignal, Signal } from '@lumino/signaling';
import type {
  AzureSessionState,
  IAzureKernels,
  IAzureSession,
  IAzureTokenNeed,
  IKernelGrant,
  IWaitingRequest
} from '../tokens';
import { isNobody } from '../session/account';
import { isSameNeed } from '../session/need';
import { KernelAnswers, refusal } from './answers';
import type { IOpening, KernelConnections } from './connections';
import type { IExplanation } from './explain';
import { accountOf, KernelGifts } from './gifts';
import { KernelInquiries } from './inquiries';
import type { IServed, KernelLedger } from './ledger';
import { type IOpenRequest, mayAnswer } from './open-request';
import { OpenRequests } from './open-requests';
import {
  type Answer,
  type ITokenRequest,
  parseRequest,
  ProtocolError,
  type WireErrorCode
} from './protocol';
import type { Sharing } from './sharing';

/** Serves token requests of this page's kernels. */
export class KernelDesk implements IAzureKernels {
  constructor(private readonly options: KernelDesk.IOptions) {
    const { connections, session } = options;
    const open = new OpenRequests(
      session,
      () => this.emitChanged(),
      need => this.onOver(need)
    );
    this.open = open;
    this.gifts = new KernelGifts({
      ...options,
      onGiven: () => this.onGiven(),
      // No cell shows this text, and it has to be sent at once, so it is not translated.
      signedOut: requestId =>
        refusal(requestId, 'signed_out', { message: 'The user has signed out of Azure.' })
    });
    this.inquiries = new KernelInquiries(options);
    this.answers = new KernelAnswers({ ...options, open, gifts: this.gifts });
    connections.opened.connect((_, opening) => this.onOpening(opening));
    connections.closed.connect((_, { kernelId, commId }) => this.onClosed(kernelId, commId));
    connections.restarted.connect((_, kernelId) => this.onRestarted(kernelId));
    connections.lost.connect((_, kernelId) => this.drop(kernelId));
    session.stateChanged.connect((_, state) => this.onState(state));
  }

  get waiting(): readonly IWaitingRequest[] {
    return this.open.waiting;
  }

  get grants(): readonly IKernelGrant[] {
    return this._grants;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  refuse(asked: IWaitingRequest): void {
    const open = this.open.asking(asked);
    if (open !== null) {
      this.answers.deny(open.kernelId);
    }
  }

  allow(asked: IWaitingRequest): void {
    const open = this.open.asking(asked);
    if (open !== null) {
      this.answers.allow(open);
      for (const other of this.open.all.filter(known => known.asked?.question === 'share')) {
        void this.answers.serve(other);
      }
    }
  }

  /** Forget kernels that were shut down. @param running - Ids of those still running. */
  keepKernels(running: ReadonlySet<string>): void {
    for (const { kernelId } of this.options.ledger.served) {
      if (kernelId !== '' && !running.has(kernelId)) {
        this.onRestarted(kernelId);
      }
    }
  }

  /** Take over grants of the server extension; this page reaches their kernels by their comms. */
  adopt(entries: readonly IServed[]): void {
    this.options.ledger.adopt(entries);
    this.keepWhoeverIsIn(this.options.session.state);
  }

  private onOpening(opening: IOpening): void {
    const { kernelId, commId, client } = opening;
    try {
      const request = parseRequest(opening.data);
      if (request.kind === 'attach') {
        if (client !== null) {
          void this.gifts.attach(request, opening, client);
        }
      } else if (request.kind === 'token') {
        this.onRequest(request, opening);
      } else {
        this.inquiries.take(request, opening);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        throw error;
      }
      // A page that was not asked stays silent, or the kernel would get this from every tab.
      if (client !== null) {
        const answer = refusal(error.requestId, error.code, { message: error.message });
        this.options.send(kernelId, commId, answer);
      }
    }
  }

  private onRequest(request: ITokenRequest, opening: IOpening): void {
    const open = this.open.admit(request, opening);
    if (open === null) {
      // No answer: the kernel asks again in a second. A loop that floods the page gets no answer at
      // all.
      return;
    }
    if (open.said !== null) {
      this.answers.say(open, open.said);
    }
    if (mayAnswer(open) && open.asked === null) {
      void this.serve(open);
    }
  }

  /** On a shared kernel, ignore requests that came from other pages: they may be other users'. */
  private async serve(open: IOpenRequest): Promise<void> {
    if (open.client === null && (await this.options.sharing.look(true))) {
      this.open.close(open);
    } else {
      await this.answers.serve(open);
    }
  }

  private onState(state: AzureSessionState): void {
    this.keepWhoeverIsIn(state);
    if (state.kind === 'signed-in') {
      for (const open of [...this.open.all]) {
        // The user has just signed in, perhaps for this very request.
        open.openings = Math.max(open.openings, 2);
        if (open.asked?.question !== 'share') {
          void this.serve(open);
        }
      }
    }
  }

  /** Make kernels forget the tokens of other accounts, once the current account is known. */
  private keepWhoeverIsIn(state: AzureSessionState): void {
    if (isNobody(state) || state.kind === 'signed-in') {
      this.gifts.keepOnly(accountOf(state));
      if (isNobody(state)) {
        this.answers.disallowAll();
      }
      this.emitChanged();
    }
  }

  private onClosed(kernelId: string, commId: string): void {
    this.open.closeComm(kernelId, commId);
    this.gifts.hangUp(kernelId, commId);
    this.options.ledger.closeComm(kernelId, commId);
  }

  private onRestarted(kernelId: string): void {
    const { ledger } = this.options;
    const had = ledger.served.filter(entry => entry.kernelId === kernelId);
    this.drop(kernelId);
    ledger.restartKernel(kernelId);
    had.forEach(({ wish }) => this.onOver(wish));
    this.emitChanged();
  }

  /** No cell waits for a token: if no kernel holds one to renew either, its problems are over. */
  private onOver(need: IAzureTokenNeed): void {
    const isHeld = this.options.ledger.served.some(
      ({ kernelId, expiresOn, wish }) =>
        kernelId !== '' && expiresOn > Date.now() && isSameNeed(wish, need)
    );
    if (!isHeld) {
      this.options.session.withdraw(need);
    }
  }

  /** Drop requests that can no longer be answered. A kernel that still waits asks again. */
  private drop(kernelId: string): void {
    this.gifts.hangUp(kernelId, null);
    this.open.closeKernel(kernelId);
  }

  /** Emit once for all tokens given in one task, since the panel redraws its list each time. */
  private onGiven(): void {
    this.given ??= window.setTimeout(() => {
      this.given = undefined;
      this.emitChanged();
    }, 0);
  }

  private emitChanged(): void {
    this._grants = this.options.ledger.served
      .filter(({ kernelId, expiresOn }) => kernelId !== '' && expiresOn > Date.now())
      .map(({ wish, ...grant }) => ({ ...grant, scopes: wish.scopes }));
    this._changed.emit();
  }

  private readonly open: OpenRequests;
  private readonly gifts: KernelGifts;
  private readonly answers: KernelAnswers;
  private readonly inquiries: KernelInquiries;
  private given: number | undefined;
  private _grants: readonly IKernelGrant[] = [];
  private readonly _changed = new Signal<this, void>(this);
}

export namespace KernelDesk {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly connections: KernelConnections;
    readonly ledger: KernelLedger;
    /** Sends an answer to a kernel, over any connection that reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** Returns the text of an error, for the output of a cell. */
    readonly explain: (code: WireErrorCode, error: unknown) => Promise<IExplanation>;
    readonly sharing: Sharing;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }
}
