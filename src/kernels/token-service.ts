import { type ISignal, Signal } from '@lumino/signaling';
import type {
  AzureAuthState,
  IAzureKernelTokens,
  IAzureTokenRequest,
  IKernelGrant,
  IWaitingRequest
} from '../tokens';
import { isSignedOut } from '../auth/account';
import { isSameTokenRequest } from '../auth/token-request';
import type { AccessControl } from './access-control';
import { errorAnswer, KernelResponder } from './responder';
import type { ICommOpen } from './connections';
import { accountIdOf, KernelTokenPusher } from './push';
import { SessionRequests } from './session-requests';
import type { GrantStore, IGrant } from './grants';
import { canTry, type IPendingRequest, PendingRequests } from './pending-requests';
import { KernelPermissions } from './permissions';
import { type ITokenRequest, parseRequest, ProtocolError } from './protocol';

/** Serves token requests of this page's kernels. */
export class KernelTokenService implements IAzureKernelTokens {
  constructor(private readonly options: KernelTokenService.IOptions) {
    const { connections, auth } = options;
    const pending = new PendingRequests(
      auth,
      () => this.onWaiting(),
      request => this.onOver(request)
    );
    this.pending = pending;
    this.pusher = new KernelTokenPusher({
      ...options,
      onGranted: () => this.onGranted(),
      // No cell shows this text, and it has to be sent at once, so it is not translated.
      signedOut: requestId =>
        errorAnswer(requestId, 'signed_out', { message: 'The user has signed out of Azure.' })
    });
    const permissions = new KernelPermissions(options);
    this.permissions = permissions;
    this.sessionRequests = new SessionRequests({ ...options, permissions });
    this.responder = new KernelResponder({
      ...options,
      ...{ pending, pusher: this.pusher, permissions }
    });
    connections.opened.connect((_, commOpen) => this.onCommOpen(commOpen));
    connections.closed.connect((_, { kernelId, commId }) => this.onClosed(kernelId, commId));
    connections.restarted.connect((_, kernelId) => this.onRestarted(kernelId));
    connections.lost.connect((_, kernelId) => this.drop(kernelId));
    auth.stateChanged.connect((_, state) => this.onState(state));
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

  /** Ask the user about a request that came from no kernel. */
  addPrompt(request: IWaitingRequest, onRefused: () => void): void {
    this.prompts.set(request, onRefused);
    this.onWaiting();
  }

  removePrompt(request: IWaitingRequest): void {
    this.prompts.delete(request);
    this.onWaiting();
  }

  refuse(request: IWaitingRequest): void {
    this.prompts.get(request)?.();
    const pending = this.pending.findPrompted(request);
    if (pending !== null) {
      this.responder.mute(pending.kernelId);
    }
  }

  allow(request: IWaitingRequest, everything = false): void {
    const pending = this.pending.findPrompted(request);
    if (pending !== null) {
      void this.permissions.allow(pending, everything).then(() => {
        for (const other of this.pending.all.filter(isAboutAccess)) {
          void this.responder.handle(other);
        }
      });
    }
  }

  async revoke(kernelId: string): Promise<void> {
    const held = this.options.grants.all.filter(grant => grant.kernelId === kernelId);
    (await this.options.access()).revoke(kernelId, held[0]?.label ?? this.options.nameless);
    this.pusher.withdraw(held);
    this.onRestarted(kernelId);
  }

  /** Forget kernels that were shut down. @param running - Ids of those still running. */
  retainKernels(running: ReadonlySet<string>): void {
    for (const { kernelId } of this.options.grants.all) {
      if (kernelId !== '' && !running.has(kernelId)) {
        this.onRestarted(kernelId);
      }
    }
  }

  /** Take over grants of the server extension; this page reaches their kernels by their comms. */
  adopt(entries: readonly IGrant[]): void {
    this.options.grants.adopt(entries);
    this.retainCurrent(this.options.auth.state);
  }

  private onCommOpen(commOpen: ICommOpen): void {
    const { kernelId, commId, client } = commOpen;
    try {
      const request = parseRequest(commOpen.data);
      if (request.kind === 'attach') {
        if (client !== null) {
          void this.pusher.attach(request, commOpen, client);
        }
      } else if (request.kind === 'token') {
        this.onRequest(request, commOpen);
      } else {
        this.sessionRequests.handle(request, commOpen);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        throw error;
      }
      // A page that was not asked stays silent, or the kernel would get this from every tab.
      if (client !== null) {
        const answer = errorAnswer(error.requestId, error.code, { message: error.message });
        this.options.send(kernelId, commId, answer);
      }
    }
  }

  private onRequest(request: ITokenRequest, commOpen: ICommOpen): void {
    const pending = this.pending.admit(request, commOpen);
    if (pending === null) {
      // No answer: the kernel asks again in a second. A loop that floods the page gets no answer at
      // all.
      return;
    }
    if (pending.lastPending !== null) {
      this.responder.sendPending(pending, pending.lastPending);
    }
    if (canTry(pending) && pending.prompt === null) {
      void this.serve(pending);
    }
  }

  /** On a shared kernel, ignore requests that came from other pages: they may be other users'. */
  private async serve(pending: IPendingRequest): Promise<void> {
    if (pending.client === null && (await this.options.sharing.check(true))) {
      this.pending.close(pending);
    } else {
      await this.responder.handle(pending);
    }
  }

  private onState(state: AzureAuthState): void {
    this.retainCurrent(state);
    if (state.kind === 'signed-in') {
      for (const pending of [...this.pending.all]) {
        // The user has just signed in, perhaps for this very request.
        pending.attempts = Math.max(pending.attempts, 2);
        if (!isAboutAccess(pending)) {
          void this.serve(pending);
        }
      }
    }
  }

  /** Make kernels forget the tokens of other accounts, once the current account is known. */
  private retainCurrent(state: AzureAuthState): void {
    if (isSignedOut(state) || state.kind === 'signed-in') {
      this.pusher.retainAccount(accountIdOf(state));
      if (isSignedOut(state)) {
        this.permissions.disallowAll();
      }
      this.emitChanged();
    }
  }

  private onClosed(kernelId: string, commId: string): void {
    this.pending.closeComm(kernelId, commId);
    this.pusher.cancelAttach(kernelId, commId);
    this.options.grants.closeComm(kernelId, commId);
  }

  private onRestarted(kernelId: string): void {
    const { grants } = this.options;
    const had = grants.all.filter(entry => entry.kernelId === kernelId);
    this.drop(kernelId);
    grants.restartKernel(kernelId);
    had.forEach(({ request }) => this.onOver(request));
    this.emitChanged();
  }

  /** No cell waits for a token: if no kernel holds one to renew either, its problems are over. */
  private onOver(request: IAzureTokenRequest): void {
    const isHeld = this.options.grants.all.some(
      ({ kernelId, expiresAt, request: tokenRequest }) =>
        kernelId !== '' && expiresAt > Date.now() && isSameTokenRequest(tokenRequest, request)
    );
    if (!isHeld) {
      this.options.auth.withdraw(request);
    }
  }

  /** Drop requests that can no longer be answered. A kernel that still waits asks again. */
  private drop(kernelId: string): void {
    this.pusher.cancelAttach(kernelId, null);
    this.pending.closeKernel(kernelId);
  }

  /** Emit once for all tokens given in one task, since the panel redraws its list each time. */
  private onGranted(): void {
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      this.emitChanged();
    }, 0);
  }

  private onWaiting(): void {
    this._waiting = [...this.pending.waiting, ...this.prompts.keys()];
    this.emitChanged();
  }

  private emitChanged(): void {
    this._grants = this.options.grants.all
      .filter(({ kernelId, expiresAt }) => kernelId !== '' && expiresAt > Date.now())
      .map(({ request, ...grant }) => ({ ...grant, scopes: request.scopes }));
    this._changed.emit();
  }

  private readonly pending: PendingRequests;
  private readonly pusher: KernelTokenPusher;
  private readonly permissions: KernelPermissions;
  private readonly responder: KernelResponder;
  private readonly sessionRequests: SessionRequests;
  /** Requests that came from no kernel, and what to call if the user declines them. */
  private readonly prompts = new Map<IWaitingRequest, () => void>();
  private _waiting: readonly IWaitingRequest[] = [];
  private timer: number | undefined;
  private _grants: readonly IKernelGrant[] = [];
  private readonly _changed = new Signal<this, void>(this);
}

/** Whether the user is asked for a permission, which no sign-in replaces. */
function isAboutAccess({ prompt }: IPendingRequest): boolean {
  return prompt?.question === 'share' || prompt?.question === 'access';
}

export namespace KernelTokenService {
  export interface IOptions extends Omit<
    KernelResponder.IOptions,
    'pending' | 'pusher' | 'permissions'
  > {
    readonly grants: GrantStore;
    /** Loads what the user has allowed and revoked; not loaded with the page. */
    readonly access: () => Promise<AccessControl>;
  }
}
