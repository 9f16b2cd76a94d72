import { AzureAuthError } from '../auth/errors';
import { failure } from '../auth/failure';
import type { IPageAuth } from '../auth/page-auth';
import type { IWaitingRequest } from './kernel-requests';
import type { IAzureToken } from '../tokens';
import type { AccessControl } from './access-control';
import type { AccountPins } from './account-pins';
import type { ActivityRecorder } from './activity';
import type { KernelConnections } from './connections';
import type { IErrorText } from './error-text';
import { holderOf, type KernelTokenPusher } from './push';
import {
  canPrompt,
  canReject,
  type IPending,
  type IPendingRequest,
  isForToken,
  needsInteractiveSignIn,
  type PendingRequests
} from './pending-requests';
import { type Answer, type IErrorAnswer, tokenAnswer, type WireErrorCode } from './protocol';
import type { Sharing } from './sharing';

/** Milliseconds that a lookup may take before the kernel gets a `pending` answer. */
const PENDING_DELAY_MS = 50;

/** Milliseconds for which a caller may not ask the user again after "Not now". */
const MUTE_MS = 60_000;

/** Answers a kernel's request: with a token, with a question to the user, or with an error. */
export class KernelResponder {
  constructor(private readonly options: KernelResponder.IOptions) {}

  /**
   * Look up the token and answer the request. Can be called again if it could not be served before.
   */
  async handle(pending: IPendingRequest): Promise<void> {
    if (pending.busy) {
      this.#sendAcquiring(pending);
      return;
    }
    pending.busy = true;
    const pendingTimer = window.setTimeout(() => this.#sendAcquiring(pending), PENDING_DELAY_MS);
    try {
      await this.#checkAccess(pending);
      if (needsInteractiveSignIn(pending, this.options.auth)) {
        pending.busy = false;
        await this.#promptAgain(pending);
        return;
      }
      const token = await this.options.auth.getToken([...pending.request.scopes], {
        ...pending.request,
        force: pending.request.force && !pending.forced
      });
      const holder = holderOf(this.options.auth, pending.request);
      // Again: the user may have revoked it, or signed in as someone else.
      const access = await this.#checkAccess(pending);
      pending.busy = false;
      if (holderOf(this.options.auth, pending.request) !== holder) {
        await this.handle(pending);
        return;
      }
      pending.forced = true;
      this.#sendToken(pending, token, access);
    } catch (error) {
      pending.busy = false;
      this.#onFailure(pending, error);
    } finally {
      window.clearTimeout(pendingTimer);
    }
  }

  /** Send `pending` to the kernel, with the reason. */
  sendPending(pending: IPending, reason: 'acquiring' | 'sign_in' | 'consent'): void {
    pending.lastPending = reason;
    const { requestId } = pending.request;
    const { sharing, userName } = this.options;
    const user = reason !== 'acquiring' && sharing.isShared ? userName() : '';
    const answer: Answer = {
      request_id: requestId,
      kind: 'pending',
      reason,
      ...(user === '' ? {} : { user })
    };
    this.options.send(pending.kernelId, pending.commId, answer);
  }

  /** Reject what a kernel asks the user, now and for a while. */
  mute(declined: IPendingRequest): void {
    this.#mutedUntil.set(callerOf(declined), Date.now() + MUTE_MS);
    // Its other requests must not become the next prompt, not even briefly.
    const refused = this.options.pending.all
      .filter(isForToken)
      .filter(known => callerOf(known) === callerOf(declined) && known.prompt);
    this.options.pending.close(...refused);
    for (const pending of refused) {
      this.#sendError(pending, 'denied');
    }
  }

  /** @throws AzureAuthError if the kernel gets no token, whatever the user does now. */
  async #checkAccess(pending: IPendingRequest): Promise<'give' | 'ask'> {
    const { byProgram, kernelId, request } = pending;
    const access = await this.options.access.decide(kernelId, request, byProgram);
    if (access !== 'give' && access !== 'ask') {
      throw failure(access, request);
    }
    return access;
  }

  #sendToken(pending: IPendingRequest, token: IAzureToken, access: 'give' | 'ask'): void {
    if (!this.options.pending.has(pending)) {
      return;
    }
    if (access === 'ask') {
      if (canPrompt(pending)) {
        const question = this.options.sharing.isShared ? 'share' : 'access';
        this.#promptOrReject(pending, question, null);
      }
      return;
    }
    const { kernelId, commId, request } = pending;
    const { requestId } = request;
    this.options.send(kernelId, commId, {
      ...tokenAnswer(requestId, token),
      ...(request.prompt ? { prompted: true } : {}),
      ...(this.options.sharing.isShared ? {} : { shared: false })
    });
    this.options.pending.close(pending);
    const client = pending.client ?? this.options.connections.clientOfKernel(kernelId);
    this.options.pusher.recordGrant({
      ...{ kernelId, commId, requestId, token, client },
      request,
      attached: false,
      byProgram: pending.byProgram
    });
  }

  /**
   * Prompt for a sign-in even if an account is signed in; once, however often the request repeats.
   */
  async #promptAgain(pending: IPendingRequest): Promise<void> {
    const { auth } = this.options;
    if (pending.prompt === null && canPrompt(pending)) {
      pending.busy = true;
      await auth.prepare();
      pending.busy = false;
      if (!auth.methods.some(({ obstacle }) => obstacle === null)) {
        this.#onFailure(pending, failure('not_configured', null));
      } else if (this.options.pending.has(pending)) {
        this.#promptOrReject(pending, 'prompt', null);
      }
    }
  }

  #onFailure(pending: IPendingRequest, error: unknown): void {
    if (!this.options.pending.has(pending)) {
      // The cell has ended in the meantime, so the outcome of its request is no longer a problem.
      this.options.pending.close(pending);
      return;
    }
    if (!canPrompt(pending)) {
      return;
    }
    const code = error instanceof AzureAuthError ? error.code : 'failed';
    if (code === 'sign_in_required') {
      this.#promptOrReject(pending, 'sign-in', error);
    } else if (code === 'consent_required') {
      this.#promptOrReject(pending, 'consent', error);
    } else {
      this.#reject(pending, code, error);
    }
  }

  #promptOrReject(
    pending: IPendingRequest,
    question: IWaitingRequest['question'],
    error: unknown
  ): void {
    const isSignIn = question === 'sign-in' || question === 'prompt';
    if (!pending.request.interactive) {
      this.#reject(pending, isSignIn ? 'sign_in_required' : 'consent_required', error);
    } else if ((this.#mutedUntil.get(callerOf(pending)) ?? 0) > Date.now()) {
      this.#reject(pending, 'denied');
    } else {
      this.sendPending(pending, isSignIn ? 'sign_in' : 'consent');
      const client = pending.client ?? this.options.connections.clientOfKernel(pending.kernelId);
      this.options.pending.prompt(pending, question, {
        label: client?.label ?? this.options.nameless,
        ...this.#otherAccount(pending)
      });
    }
  }

  /** Return the account that a request is for, if it is not the active one. */
  #otherAccount({ kernelId, request }: IPendingRequest): Pick<IWaitingRequest, 'username'> {
    const { auth } = this.options;
    const pin = request.isPinned ? this.options.pins.of(kernelId) : null;
    const account = auth.accountFor(request.account) ?? pin;
    return account === null || account.id === auth.accountFor()?.id
      ? {}
      : { username: account.username };
  }

  /** A page that was not asked first sends `pending`, and rejects the next repetition. */
  #reject(pending: IPendingRequest, code: WireErrorCode, error: unknown = null): void {
    if (canReject(pending)) {
      this.#sendError(pending, code, error);
    } else {
      this.sendPending(pending, 'acquiring');
    }
  }

  #sendError(pending: IPending, code: WireErrorCode, error: unknown = null): void {
    this.options.pending.close(pending);
    const { kernelId, commId, request, client } = pending;
    const text = this.options.explain(code, error);
    this.options.send(kernelId, commId, errorAnswer(request.requestId, code, text));
    if (request.kind === 'token') {
      const { byProgram } = pending;
      const kernel = { kernelId, name: client?.label ?? null, byProgram };
      // In order: tokens from before a revocation are not reported after it.
      this.options.pusher.followUp();
      this.options.activity.refused(kernel, request.scopes, code, error);
    }
  }

  #sendAcquiring(pending: IPendingRequest): void {
    if (canPrompt(pending) && this.options.pending.has(pending) && pending.lastPending === null) {
      this.sendPending(pending, 'acquiring');
    }
  }

  readonly #mutedUntil = new Map<string, number>();
}

/** A program that runs cells in the user's kernel does not mute the user's own cells. */
const callerOf = ({ kernelId, byProgram }: IPendingRequest): string => `${kernelId} ${byProgram}`;

export namespace KernelResponder {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly connections: KernelConnections;
    readonly pending: PendingRequests;
    readonly pusher: KernelTokenPusher;
    /** What the user has allowed and revoked. */
    readonly access: AccessControl;
    /** Which account the user has chosen for a kernel. */
    readonly pins: AccountPins;
    /** Sends an answer to a kernel, over any connection that reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** Returns the text of an error, for the output of a cell. */
    readonly explain: (code: WireErrorCode, error: unknown) => IErrorText;
    readonly sharing: Sharing;
    /** Records what was refused. */
    readonly activity: Pick<ActivityRecorder, 'issued' | 'refused'>;
    /** Returns what Jupyter calls this page's user; empty if it is not known. */
    readonly userName: () => string;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }
}

/** Return the answer that ends a request without a token. */
export function errorAnswer(
  requestId: string | null,
  code: WireErrorCode,
  text: IErrorText
): IErrorAnswer {
  return { request_id: requestId, kind: 'error', code, ...text };
}
