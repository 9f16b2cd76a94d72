import { type ISignal, Signal } from '@lumino/signaling';
import { AzureAuthError } from '../session/errors';
import type {
  AzureSessionState,
  IAzureKernels,
  IAzureSession,
  IAzureToken,
  IKernelGrant,
  IWaitingRequest
} from '../tokens';
import type { IOpening, KernelConnections } from './connections';
import type { IExplanation } from './explain';
import { accountOf, KernelGifts } from './gifts';
import type { KernelLedger } from './ledger';
import { KernelInquiries } from './inquiries';
import {
  type IOpenRequest,
  isSameRequest,
  mayAnswer,
  mayRefuse,
  maySpeak,
  MOST_OPEN,
  REPLAY
} from './open-request';
import {
  type Answer,
  type IErrorAnswer,
  type ITokenRequest,
  parseRequest,
  ProtocolError,
  resourceOf,
  tokenAnswer,
  type WireErrorCode
} from './protocol';

/** Milliseconds a token may take before the kernel is told that somebody is at it. */
const AT_ONCE = 50;

/** Milliseconds for which a kernel may not ask again after "not now". */
const SILENCE = 60_000;

/** Serves the kernels of this page: requests in, tokens out. */
export class KernelDesk implements IAzureKernels {
  constructor(private readonly options: KernelDesk.IOptions) {
    const { connections, session } = options;
    this.gifts = new KernelGifts({
      ...options,
      // No cell shows it, and it has to go out at once: in no language but this.
      signedOut: requestId => refusal(requestId, 'signed_out', 'The user has signed out of Azure.')
    });
    this.inquiries = new KernelInquiries(options);
    connections.opened.connect((_, opening) => this.onOpening(opening));
    connections.closed.connect((_, { kernelId, commId }) => this.onClosed(kernelId, commId));
    connections.restarted.connect((_, kernelId) => this.onRestarted(kernelId));
    connections.lost.connect((_, kernelId) => this.drop(kernelId));
    session.stateChanged.connect((_, state) => this.onState(state));
  }

  get waiting(): readonly IWaitingRequest[] {
    return this._waiting;
  }

  get grants(): readonly IKernelGrant[] {
    return this._grants;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  refuse(asked: IWaitingRequest): void {
    const open = this.findAsked(asked);
    if (open !== undefined) {
      const { kernelId } = open;
      this.mutedUntil.set(kernelId, Date.now() + SILENCE);
      // What else it asks for is no prompt to come up next, not for a moment.
      const refused = this.open.filter(known => known.kernelId === kernelId && known.asked);
      this.open = this.open.filter(known => !refused.includes(known));
      for (const other of refused) {
        this.fail(other, 'denied');
      }
    }
  }

  allow(asked: IWaitingRequest): void {
    const open = this.findAsked(asked);
    if (open !== undefined) {
      this.allowed.add(this.allowance(open));
      for (const other of this.open.filter(known => known.asked?.question === 'share')) {
        void this.serve(other);
      }
    }
  }

  /** Forget kernels that were shut down. @param running - Ids of those that were not. */
  keepKernels(running: ReadonlySet<string>): void {
    for (const { kernelId } of this.options.ledger.served) {
      if (kernelId !== '' && !running.has(kernelId)) {
        this.onRestarted(kernelId);
      }
    }
  }

  private onOpening(opening: IOpening): void {
    const { kernelId, commId, client } = opening;
    try {
      const request = parseRequest(opening.data);
      if (request.kind === 'attach') {
        if (client !== null && !this.options.isShared()) {
          void this.gifts.attach(request, opening, client).then(() => this.emitChanged());
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
      // A page that was not asked keeps silent, or the kernel would hear this from every tab.
      if (client !== null) {
        const answer = refusal(error.requestId, error.code, error.message);
        this.options.send(kernelId, commId, answer);
      }
    }
  }

  private onRequest(request: ITokenRequest, { kernelId, commId, client }: IOpening): void {
    let open = this.open.find(
      known => known.kernelId === kernelId && isSameRequest(known.request, request)
    );
    if (open === undefined) {
      if (this.open.filter(known => known.kernelId === kernelId).length >= MOST_OPEN) {
        // No answer: it asks again in a second. A loop that floods the page gets nothing at all.
        return;
      }
      open = {
        ...{ kernelId, request, client, commId, openings: 0 },
        ...{ said: null, asked: null, proved: false, forced: false, busy: false }
      };
      this.open.push(open);
    }
    open.commId = commId;
    open.openings += 1;
    if (open.said !== null) {
      this.say(open, open.said);
    }
    if (mayAnswer(open) && open.asked === null) {
      void this.serve(open);
    }
  }

  /** Look for a token. May be called again for a request that could not be served before. */
  private async serve(open: IOpenRequest): Promise<void> {
    if (open.busy) {
      this.sayAcquiring(open);
      return;
    }
    open.busy = true;
    const patience = window.setTimeout(() => this.sayAcquiring(open), AT_ONCE);
    try {
      const token = await this.options.session.getToken([...open.request.scopes], {
        ...open.request,
        force: open.request.force && !open.forced
      });
      open.busy = false;
      open.forced = true;
      this.give(open, token);
    } catch (error) {
      open.busy = false;
      this.cannotServe(open, error);
    } finally {
      window.clearTimeout(patience);
    }
  }

  private give(open: IOpenRequest, token: IAzureToken): void {
    if (!this.isOpen(open)) {
      return;
    }
    if (this.options.isShared() && !this.allowed.has(this.allowance(open))) {
      if (maySpeak(open)) {
        this.askOrRefuse(open, 'share', null);
      }
      return;
    }
    const { kernelId, commId, request } = open;
    const { requestId } = request;
    this.close(open);
    this.options.send(kernelId, commId, tokenAnswer(requestId, token));
    const client = open.client ?? this.options.connections.clientOfKernel(kernelId);
    this.gifts.note({ kernelId, commId, requestId, wish: request, token, client, attached: false });
    this.emitChanged();
  }

  private cannotServe(open: IOpenRequest, error: unknown): void {
    if (!this.isOpen(open) || !maySpeak(open)) {
      return;
    }
    const code = error instanceof AzureAuthError ? error.code : 'failed';
    if (code === 'sign_in_required') {
      this.askOrRefuse(open, 'sign-in', error);
    } else if (code === 'consent_required') {
      this.askOrRefuse(open, 'consent', error);
    } else {
      this.refuseAloud(open, code, error);
    }
  }

  private askOrRefuse(
    open: IOpenRequest,
    question: IWaitingRequest['question'],
    error: unknown
  ): void {
    if (!open.request.interactive) {
      const code = question === 'sign-in' ? 'sign_in_required' : 'consent_required';
      this.refuseAloud(open, code, error);
    } else if ((this.mutedUntil.get(open.kernelId) ?? 0) > Date.now()) {
      this.refuseAloud(open, 'denied');
    } else {
      this.ask(open, question);
    }
  }

  /** A page that was not asked says first that it is there, and refuses the next repetition. */
  private refuseAloud(open: IOpenRequest, code: WireErrorCode, error: unknown = null): void {
    if (mayRefuse(open)) {
      this.fail(open, code, error);
    } else {
      this.say(open, 'acquiring');
    }
  }

  /** Have the panel and a notification ask the user, once the request has proved to be alive. */
  private ask(open: IOpenRequest, question: IWaitingRequest['question']): void {
    this.say(open, question === 'sign-in' ? 'sign_in' : 'consent');
    const { request, kernelId } = open;
    const client = open.client ?? this.options.connections.clientOfKernel(kernelId);
    open.asked = {
      requestId: request.requestId,
      label: client?.label ?? this.options.nameless,
      need: {
        scopes: request.scopes,
        ...(request.tenantId === undefined ? {} : { tenantId: request.tenantId }),
        ...(request.claims === undefined ? {} : { claims: request.claims }),
        ...(request.account === undefined ? {} : { account: request.account })
      },
      question
    };
    window.setTimeout(() => {
      open.proved = true;
      this.refreshWaiting();
    }, REPLAY);
  }

  private fail(open: IOpenRequest, code: WireErrorCode, error: unknown = null): void {
    this.close(open);
    const { kernelId, commId, request } = open;
    void this.options.explain(code, error).then(({ message, remedy }) => {
      this.options.send(kernelId, commId, refusal(request.requestId, code, message, remedy));
    });
  }

  private onState(state: AzureSessionState): void {
    if (state.kind === 'signed-out' || state.kind === 'signed-in') {
      this.gifts.keepOnly(accountOf(state));
      if (state.kind === 'signed-out') {
        this.allowed.clear();
      }
      this.emitChanged();
    }
    if (state.kind === 'signed-in') {
      for (const open of [...this.open]) {
        // The user has just signed in, perhaps for this very request.
        open.openings = Math.max(open.openings, 2);
        if (open.asked?.question !== 'share') {
          void this.serve(open);
        }
      }
    }
  }

  private onClosed(kernelId: string, commId: string): void {
    const open = this.open.find(known => known.kernelId === kernelId && known.commId === commId);
    if (open !== undefined) {
      this.close(open);
    }
    this.gifts.hangUp(kernelId, commId);
    this.options.ledger.closeComm(kernelId, commId);
  }

  private onRestarted(kernelId: string): void {
    this.drop(kernelId);
    this.options.ledger.restartKernel(kernelId);
    this.emitChanged();
  }

  /** Nobody would hear that these requests are over. A kernel that still waits asks again. */
  private drop(kernelId: string): void {
    this.gifts.hangUp(kernelId, null);
    this.open = this.open.filter(known => known.kernelId !== kernelId);
    this.refreshWaiting();
  }

  private say(open: IOpenRequest, reason: 'acquiring' | 'sign_in' | 'consent'): void {
    open.said = reason;
    const { requestId } = open.request;
    const answer: Answer = { request_id: requestId, kind: 'pending', reason };
    this.options.send(open.kernelId, open.commId, answer);
  }

  private sayAcquiring(open: IOpenRequest): void {
    if (maySpeak(open) && this.isOpen(open) && open.said === null) {
      this.say(open, 'acquiring');
    }
  }

  private close(open: IOpenRequest): void {
    this.open = this.open.filter(known => known !== open);
    this.refreshWaiting();
  }

  private isOpen(open: IOpenRequest): boolean {
    return this.open.includes(open);
  }

  /** What the user allows a kernel that others use too: one resource, as who is signed in. */
  private allowance({ kernelId, request }: IOpenRequest): string {
    const account = accountOf(this.options.session.state);
    return JSON.stringify([kernelId, account, resourceOf(request.scopes[0] ?? '')]);
  }

  private findAsked(asked: IWaitingRequest): IOpenRequest | undefined {
    return this.open.find(known => known.asked === asked);
  }

  private emitChanged(): void {
    this._grants = this.options.ledger.served
      .filter(({ kernelId, expiresOn }) => kernelId !== '' && expiresOn > Date.now())
      .map(({ wish, ...grant }) => ({ ...grant, scopes: wish.scopes }));
    this._changed.emit();
  }

  private refreshWaiting(): void {
    const waiting = this.open.flatMap(({ asked, proved }) => (asked && proved ? [asked] : []));
    if (waiting.length + this._waiting.length > 0) {
      this._waiting = waiting;
      this.emitChanged();
    }
  }

  private readonly gifts: KernelGifts;
  private readonly inquiries: KernelInquiries;
  private open: IOpenRequest[] = [];
  private _grants: readonly IKernelGrant[] = [];
  private _waiting: readonly IWaitingRequest[] = [];
  private readonly mutedUntil = new Map<string, number>();
  /** Where `share` was answered with yes. */
  private readonly allowed = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}

export namespace KernelDesk {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly connections: KernelConnections;
    readonly ledger: KernelLedger;
    /** Send an answer to a kernel, by whatever connection reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** The words for an error, for the output of a cell. */
    readonly explain: (code: WireErrorCode, error: unknown) => Promise<IExplanation>;
    /** Whether people other than this page's user may use its kernels. */
    readonly isShared: () => boolean;
    /** What a kernel without a notebook is called. */
    readonly nameless: string;
  }
}

function refusal(
  requestId: string | null,
  code: WireErrorCode,
  message: string,
  remedy?: string
): IErrorAnswer {
  const text = { request_id: requestId, kind: 'error', code, message } as const;
  return remedy === undefined ? text : { ...text, remedy };
}
