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
import { accountOf, KernelGifts } from './gifts';
import type { KernelLedger } from './ledger';
import { type IOpenRequest, isSameRequest, mayAnswer, maySpeak } from './open-request';
import {
  type Answer,
  type IErrorAnswer,
  type ITokenRequest,
  parseRequest,
  ProtocolError,
  tokenAnswer,
  type WireErrorCode
} from './protocol';

/** Requests of one kernel that may be open at a time. */
const MOST_OPEN = 20;

/** Milliseconds a token may take before the kernel is told that somebody is at it. */
const AT_ONCE = 50;

/**
 * Milliseconds without a `comm_close` after which the user is asked: to a tab that reconnects, the
 * server replays what was said meanwhile, requests that are over included.
 */
const REPLAY = 300;

/** Milliseconds for which a kernel may not ask again after "not now". */
const SILENCE = 60_000;

/** Serves the kernels of this page: requests in, tokens out. */
export class KernelDesk implements IAzureKernels {
  constructor(private readonly options: KernelDesk.IOptions) {
    const { connections, session } = options;
    this.gifts = new KernelGifts({
      ...options,
      signedOut: requestId => {
        const { message, remedy } = options.explain('signed_out', null);
        return refusal(requestId, 'signed_out', message, remedy);
      }
    });
    connections.opened.connect((_, opening) => this.onOpening(opening));
    connections.closed.connect((_, { commId }) => this.onClosed(commId));
    connections.restarted.connect((_, kernelId) => this.onRestarted(kernelId));
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
      this.mutedUntil.set(open.kernelId, Date.now() + SILENCE);
      this.fail(open, 'denied');
    }
  }

  allow(asked: IWaitingRequest): void {
    const open = this.findAsked(asked);
    if (open !== undefined) {
      open.allowed = true;
      void this.serve(open);
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
      } else {
        this.onRequest(request, opening);
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
        ...{ said: null, asked: null, allowed: false, busy: false }
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
      return;
    }
    open.busy = true;
    const patience = window.setTimeout(() => {
      if (maySpeak(open) && this.isOpen(open) && open.said === null) {
        this.say(open, 'acquiring');
      }
    }, AT_ONCE);
    try {
      const token = await this.options.session.getToken([...open.request.scopes], {
        ...open.request,
        force: open.request.force && this.isFirst(open)
      });
      open.busy = false;
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
    if (this.options.isShared() && !open.allowed) {
      if (maySpeak(open)) {
        this.ask(open, 'share');
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
    if (code !== 'sign_in_required' && code !== 'consent_required') {
      this.fail(open, code, error);
    } else if (!open.request.interactive) {
      this.fail(open, code, error);
    } else if ((this.mutedUntil.get(open.kernelId) ?? 0) > Date.now()) {
      this.fail(open, 'denied');
    } else {
      this.ask(open, code === 'consent_required' ? 'consent' : 'sign-in');
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
        ...(request.claims === undefined ? {} : { claims: request.claims })
      },
      question
    };
    window.setTimeout(() => this.refreshWaiting(), REPLAY);
  }

  private fail(open: IOpenRequest, code: WireErrorCode, error: unknown = null): void {
    this.close(open);
    const { message, remedy } = this.options.explain(code, error);
    const answer = refusal(open.request.requestId, code, message, remedy);
    this.options.send(open.kernelId, open.commId, answer);
  }

  private onState(state: AzureSessionState): void {
    if (state.kind === 'signed-out' || state.kind === 'signed-in') {
      this.gifts.keepOnly(accountOf(state));
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

  private onClosed(commId: string): void {
    const open = this.open.find(known => known.commId === commId);
    if (open !== undefined) {
      this.close(open);
    }
    this.options.ledger.closeComm(commId);
  }

  private onRestarted(kernelId: string): void {
    for (const open of this.open.filter(known => known.kernelId === kernelId)) {
      this.close(open);
    }
    this.options.ledger.restartKernel(kernelId);
    this.emitChanged();
  }

  private say(open: IOpenRequest, reason: 'acquiring' | 'sign_in' | 'consent'): void {
    open.said = reason;
    const { requestId } = open.request;
    const answer: Answer = { request_id: requestId, kind: 'pending', reason };
    this.options.send(open.kernelId, open.commId, answer);
  }

  private close(open: IOpenRequest): void {
    this.open = this.open.filter(known => known !== open);
    this.refreshWaiting();
  }

  private isOpen(open: IOpenRequest): boolean {
    return this.open.includes(open);
  }

  /** Whether a request asks by force for the first time: repeats of it must not force again. */
  private isFirst({ openings }: IOpenRequest): boolean {
    return openings <= 1;
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
    const waiting = this.open.flatMap(({ asked }) => (asked === null ? [] : [asked]));
    if (waiting.length + this._waiting.length > 0) {
      this._waiting = waiting;
      this.emitChanged();
    }
  }

  private readonly gifts: KernelGifts;
  private open: IOpenRequest[] = [];
  private _grants: readonly IKernelGrant[] = [];
  private _waiting: readonly IWaitingRequest[] = [];
  private readonly mutedUntil = new Map<string, number>();
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
    readonly explain: (
      code: WireErrorCode,
      error: unknown
    ) => { readonly message: string; readonly remedy?: string };
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
