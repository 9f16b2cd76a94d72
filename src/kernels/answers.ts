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

/** Milliseconds that a lookup may take before the kernel gets a `pending` answer. */
const AT_ONCE = 50;

/** Milliseconds for which a kernel may not ask the user again after "Not now". */
const SILENCE = 60_000;

/** Answers a kernel's request: with a token, with a question to the user, or with an error. */
export class KernelAnswers {
  constructor(private readonly options: KernelAnswers.IOptions) {}

  /**
   * Look up the token and answer the request. Can be called again if it could not be served before.
   */
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

  /** Send `pending` to the kernel, with the reason. */
  say(open: IOpenRequest, reason: 'acquiring' | 'sign_in' | 'consent'): void {
    open.said = reason;
    const { requestId } = open.request;
    const answer: Answer = { request_id: requestId, kind: 'pending', reason };
    this.options.send(open.kernelId, open.commId, answer);
  }

  /** Mute a kernel after the user has declined its prompt. */
  deny(kernelId: string): void {
    this.mutedUntil.set(kernelId, Date.now() + SILENCE);
    // Its other requests must not become the next prompt, not even briefly.
    const refused = this.options.open.all.filter(
      known => known.kernelId === kernelId && known.asked
    );
    this.options.open.close(...refused);
    for (const open of refused) {
      this.fail(open, 'denied');
    }
  }

  /** Let a shared kernel act as the user, for the resource of a request. */
  allow(open: IOpenRequest): void {
    this.allowed.add(this.allowance(open));
  }

  /** Revoke everything that was allowed, after a sign-out. */
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

  /**
   * Prompt for a sign-in even if an account is signed in; once, however often the request repeats.
   */
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
      // The cell has ended in the meantime, so the outcome of its request is no longer a problem.
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

  /** A page that was not asked first sends `pending`, and rejects the next repetition. */
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

  /**
   * Return the key of what the user allows a shared kernel: one resource, for the current account.
   */
  private allowance({ kernelId, request }: IOpenRequest): string {
    const account = accountOf(this.options.session.state);
    return JSON.stringify([kernelId, account, resourceOf(request.scopes[0] ?? '')]);
  }

  private readonly mutedUntil = new Map<string, number>();
  /** Keys of the `share` prompts that the user has allowed. */
  private readonly allowed = new Set<string>();
}

export namespace KernelAnswers {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly connections: KernelConnections;
    readonly open: OpenRequests;
    readonly gifts: KernelGifts;
    /** Sends an answer to a kernel, over any connection that reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** Returns the text of an error, for the output of a cell. */
    readonly explain: (code: WireErrorCode, error: unknown) => Promise<IExplanation>;
    readonly sharing: Sharing;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }
}

/** Return the answer that ends a request without a token. */
export function refusal(
  requestId: string | null,
  code: WireErrorCode,
  words: IExplanation
): IErrorAnswer {
  return { request_id: requestId, kind: 'error', code, ...words };
}
