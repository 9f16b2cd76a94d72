import { AzureAuthError } from '../session/errors';
import { resourceOf } from '../session/scopes';
import type { IAzureSession, IAzureToken, IWaitingRequest } from '../tokens';
import type { KernelConnections } from './connections';
import type { IExplanation } from './explain';
import { accountOf, type KernelGifts } from './gifts';
import { type IOpenRequest, isToSignInFor, mayRefuse, maySpeak } from './open-request';
import type { OpenRequests } from './open-requests';
import { type Answer, type IErrorAnswer, tokenAnswer, type WireErrorCode } from './protocol';
import type { Sharing } from './sharing';

/** Milliseconds a token may take before the kernel is told that somebody is at it. */
const AT_ONCE = 50;

/** Milliseconds for which a kernel may not ask again after "not now". */
const SILENCE = 60_000;

/** Finds the answer to a request: a token, a question to the user, or a no. */
export class KernelAnswers {
  constructor(private readonly options: KernelAnswers.IOptions) {}

  /** Look for a token. May be called again for a request that could not be served before. */
  async serve(open: IOpenRequest): Promise<void> {
    if (open.busy) {
      this.sayAcquiring(open);
      return;
    }
    if (isToSignInFor(open, this.options.session)) {
      await this.askAnew(open);
      return;
    }
    open.busy = true;
    const patience = window.setTimeout(() => this.sayAcquiring(open), AT_ONCE);
    try {
      const token = await this.options.session.getToken([...open.request.scopes], {
        ...open.request,
        force: open.request.force && !open.forced
      });
      await this.options.sharing.look();
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

  /** Tell the kernel that it is being dealt with, and how. */
  say(open: IOpenRequest, reason: 'acquiring' | 'sign_in' | 'consent'): void {
    open.said = reason;
    const { requestId } = open.request;
    const answer: Answer = { request_id: requestId, kind: 'pending', reason };
    this.options.send(open.kernelId, open.commId, answer);
  }

  /** The user does not want to be asked by a kernel, for now. */
  deny(kernelId: string): void {
    this.mutedUntil.set(kernelId, Date.now() + SILENCE);
    // What else it asks for is no prompt to come up next, not for a moment.
    const refused = this.options.open.all.filter(
      known => known.kernelId === kernelId && known.asked
    );
    this.options.open.close(...refused);
    for (const open of refused) {
      this.fail(open, 'denied');
    }
  }

  /** A kernel that others use may act as the user, for what a request wants. */
  allow(open: IOpenRequest): void {
    this.allowed.add(this.allowance(open));
  }

  /** Who has signed out has allowed nothing any more. */
  disallowAll(): void {
    this.allowed.clear();
  }

  private give(open: IOpenRequest, token: IAzureToken): void {
    if (!this.options.open.has(open)) {
      return;
    }
    if (this.options.sharing.isShared && !this.allowed.has(this.allowance(open))) {
      if (maySpeak(open)) {
        this.askOrRefuse(open, 'share', null);
      }
      return;
    }
    const { kernelId, commId, request } = open;
    const { requestId } = request;
    this.options.open.close(open);
    const answer = tokenAnswer(requestId, token);
    this.options.send(kernelId, commId, request.prompt ? { ...answer, prompted: true } : answer);
    const client = open.client ?? this.options.connections.clientOfKernel(kernelId);
    this.options.gifts.note({
      ...{ kernelId, commId, requestId, token, client },
      wish: request,
      attached: false
    });
  }

  /** Ask the user to sign in, whoever is signed in; once, however often it is repeated. */
  private async askAnew(open: IOpenRequest): Promise<void> {
    const { session } = this.options;
    if (open.asked === null && maySpeak(open)) {
      open.busy = true;
      await session.prepare();
      open.busy = false;
      if (!session.ways.some(({ obstacle }) => obstacle === null)) {
        const problem = { code: 'not_configured', detail: null, need: null } as const;
        this.cannotServe(open, new AzureAuthError('unavailable', problem));
      } else if (this.options.open.has(open)) {
        this.askOrRefuse(open, 'anew', null);
      }
    }
  }

  private cannotServe(open: IOpenRequest, error: unknown): void {
    if (!this.options.open.has(open)) {
      // The cell has ended meanwhile: what its request came to is nobody's problem any more.
      this.options.open.close(open);
      return;
    }
    if (!maySpeak(open)) {
      return;
    }
    const code = error instanceof AzureAuthError ? error.code : 'failed';
    if (code === 'sign_in_required') {
      this.askOrRefuse(open, 'sign-in', error);
    } else if (code === 'consent_required') {
      this.askOrRefuse(open, 'consent', error);
    } else {
      this.refuse(open, code, error);
    }
  }

  private askOrRefuse(
    open: IOpenRequest,
    question: IWaitingRequest['question'],
    error: unknown
  ): void {
    const isSignIn = question === 'sign-in' || question === 'anew';
    if (!open.request.interactive) {
      this.refuse(open, isSignIn ? 'sign_in_required' : 'consent_required', error);
    } else if ((this.mutedUntil.get(open.kernelId) ?? 0) > Date.now()) {
      this.refuse(open, 'denied');
    } else {
      this.say(open, isSignIn ? 'sign_in' : 'consent');
      const client = open.client ?? this.options.connections.clientOfKernel(open.kernelId);
      this.options.open.ask(open, client?.label ?? this.options.nameless, question);
    }
  }

  /** A page that was not asked says first that it is there, and refuses the next repetition. */
  private refuse(open: IOpenRequest, code: WireErrorCode, error: unknown = null): void {
    if (mayRefuse(open)) {
      this.fail(open, code, error);
    } else {
      this.say(open, 'acquiring');
    }
  }

  private fail(open: IOpenRequest, code: WireErrorCode, error: unknown = null): void {
    this.options.open.close(open);
    const { kernelId, commId, request } = open;
    void this.options.explain(code, error).then(words => {
      this.options.send(kernelId, commId, refusal(request.requestId, code, words));
    });
  }

  private sayAcquiring(open: IOpenRequest): void {
    if (maySpeak(open) && this.options.open.has(open) && open.said === null) {
      this.say(open, 'acquiring');
    }
  }

  /** What the user allows a kernel that others use too: one resource, as who is signed in. */
  private allowance({ kernelId, request }: IOpenRequest): string {
    const account = accountOf(this.options.session.state);
    return JSON.stringify([kernelId, account, resourceOf(request.scopes[0] ?? '')]);
  }

  private readonly mutedUntil = new Map<string, number>();
  /** Where `share` was answered with yes. */
  private readonly allowed = new Set<string>();
}

export namespace KernelAnswers {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly connections: KernelConnections;
    readonly open: OpenRequests;
    readonly gifts: KernelGifts;
    /** Send an answer to a kernel, by whatever connection reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** The words for an error, for the output of a cell. */
    readonly explain: (code: WireErrorCode, error: unknown) => Promise<IExplanation>;
    readonly sharing: Sharing;
    /** What a kernel without a notebook is called. */
    readonly nameless: string;
  }
}

/** The end of a request without a token. */
export function refusal(
  requestId: string | null,
  code: WireErrorCode,
  words: IExplanation
): IErrorAnswer {
  return { request_id: requestId, kind: 'error', code, ...words };
}
