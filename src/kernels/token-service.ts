import { type ISignal, Signal } from '@lumino/signaling';
import { type IActingKernel, isPermission, type IWaitingRequest } from './kernel-requests';
import type { AzureAuthState, IAzureTokenRequest, IKernelGrant } from '../tokens';
import { isSignedOut } from '../auth/account';
import { isSameTokenRequest } from '../auth/same-token-request';
import type { IPinnedAccount } from './account-pins';
import { answerStatusOrSignOut } from './status-and-sign-out';
import { errorAnswer, KernelResponder } from './responder';
import type { ICommOpen, IHolderNotice } from './connections';
import { KernelHolders } from './holders';
import { KernelTokenPusher } from './push';
import type { GrantStore, IGrant, IKernelSession } from './grants';
import type { PageClients } from './page-clients';
import {
  canTry,
  type IPending,
  type IPendingRequest,
  isForToken,
  PendingRequests
} from './pending-requests';
import { type ITokenRequest, parseRequest, ProtocolError } from './protocol';

/** Serves token requests of this page's kernels. */
export class KernelTokenService {
  constructor(private readonly options: KernelTokenService.IOptions) {
    const { connections, auth } = options;
    const pending = new PendingRequests(
      auth,
      () => this.#onWaiting(),
      request => this.#onOver(request)
    );
    this.#pending = pending;
    this.#pusher = new KernelTokenPusher({
      ...options,
      onGranted: () => this.#emitChanged(),
      // No cell shows this text, and it has to be sent at once, so it is not translated.
      signedOut: requestId =>
        errorAnswer(requestId, 'signed_out', { message: 'The user has signed out of Azure.' })
    });
    this.#responder = new KernelResponder({ ...options, pending, pusher: this.#pusher });
    this.#holders = new KernelHolders(connections, auth);
    connections.opened.connect((_, commOpen) => this.#onCommOpen(commOpen));
    connections.held.connect((_, notice) => this.#onHeld(notice));
    connections.closed.connect((_, { kernelId, commId }) => this.#onClosed(kernelId, commId));
    connections.restarted.connect((_, kernelId) => this.#onRestarted(kernelId));
    connections.lost.connect((_, kernelId) => this.#drop(kernelId));
    auth.stateChanged.connect((_, state) => this.#onState(state));
    options.pins.changed.connect((_, kernelIds) => this.#onPinned(kernelIds));
    options.access.followed.connect((_, revoked) => this.#onRevokedElsewhere(revoked));
  }

  get waiting(): readonly IWaitingRequest[] {
    return this.#waiting;
  }

  get grants(): readonly IKernelGrant[] {
    return this.#grants;
  }

  get acting(): readonly IActingKernel[] {
    return this.#acting;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** Ask the user about a request that came from no kernel. */
  addPrompt(request: IWaitingRequest, onRefused: () => void): void {
    this.#prompts.set(request, onRefused);
    this.#onWaiting();
  }

  removePrompt(request: IWaitingRequest): void {
    this.#prompts.delete(request);
    this.#onWaiting();
  }

  refuse(request: IWaitingRequest): void {
    this.#prompts.get(request)?.();
    const pending = this.#pending.findPrompted(request);
    if (pending !== null) {
      this.#responder.mute(pending);
    }
  }

  allow(request: IWaitingRequest, everything = false): void {
    const pending = this.#pending.findPrompted(request);
    if (pending !== null) {
      const { byProgram, kernelId, request: wanted } = pending;
      this.options.access.allow(kernelId, byProgram, wanted, everything);
      for (const other of this.#pending.all.filter(isForToken).filter(isAboutAccess)) {
        void this.#responder.handle(other);
      }
    }
  }

  revoke(kernelId: string): void {
    const held = this.options.grants.all.filter(grant => grant.kernelId === kernelId);
    this.options.access.revoke(kernelId, held[0]?.label ?? this.options.nameless);
    this.#withdraw(held);
  }

  restore(kernelId: string): void {
    this.options.access.restore(kernelId);
    this.#emitChanged();
  }

  pinnedAccountOf(kernelId: string): IPinnedAccount | null {
    return this.options.pins.of(kernelId);
  }

  pin(kernelId: string, account: IPinnedAccount | null): void {
    this.options.pins.set(kernelId, account);
  }

  /** Make all kernels forget their tokens. */
  withdrawAll(): void {
    this.#withdraw(this.options.grants.all);
  }

  /** Forget kernels that were shut down. @param running - Ids of those still running. */
  retainKernels(running: ReadonlySet<string>): void {
    for (const { kernelId } of this.options.grants.all) {
      if (kernelId !== '' && !running.has(kernelId)) {
        this.#onRestarted(kernelId);
      }
    }
    this.options.pins.retainKernels(running);
  }

  /** Follow notebooks that were renamed. @param sessions - Of all running kernels. */
  rename(sessions: readonly IKernelSession[]): void {
    const { grants } = this.options;
    const before = grants.all;
    grants.rename(sessions);
    if (grants.all !== before) {
      this.#emitChanged();
    }
  }

  /** Make kernels forget what ended before this service was loaded. */
  catchUp(): void {
    this.#retainCurrent(this.options.auth.state);
  }

  /** Take over grants of the server extension; this page reaches their kernels by their comms. */
  adopt(entries: readonly IGrant[]): void {
    this.options.grants.adopt(entries);
    this.#retainCurrent(this.options.auth.state);
  }

  #onCommOpen(commOpen: ICommOpen): void {
    const { kernelId, commId, client } = commOpen;
    try {
      const request = parseRequest(commOpen.data);
      if (request.kind === 'attach') {
        if (client !== null) {
          void this.#pusher.attach(request, commOpen, client);
        }
      } else {
        this.#onRequest(request, commOpen);
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

  #onRequest(asked: IPending['request'], commOpen: ICommOpen): void {
    const { pins } = this.options;
    const request = asked.kind === 'token' ? pins.apply(commOpen.kernelId, asked) : asked;
    const pending = this.#pending.admit(request, commOpen);
    if (pending === null) {
      // No answer: the kernel asks again in a second. A loop that floods the page gets none.
      return;
    }
    if (pending.lastPending !== null) {
      this.#responder.sendPending(pending, pending.lastPending);
    }
    if ((canTry(pending) || this.#isHeldHere(pending)) && pending.prompt === null) {
      void this.#serve(pending);
    }
  }

  /** On a shared kernel, ignore requests that another page answers: it may be another user's. */
  async #serve(pending: IPending): Promise<void> {
    if (this.#isForOthers(pending) && (await this.options.sharing.check(true))) {
      this.#pending.close(pending);
    } else if (isForToken(pending)) {
      // The user has agreed that all users of a shared kernel act as this account. Their pages are
      // not among those that the server knows for this user.
      if (!(this.#isHeldHere(pending) && (await this.options.sharing.check()))) {
        await this.#identifyClient(pending);
      }
      await this.#responder.handle(pending);
    } else if (!pending.busy) {
      pending.busy = true;
      await answerStatusOrSignOut(pending, { ...this.options, pending: this.#pending });
    }
  }

  /** Find out whether a cell that no document of this page has run was run by a program. */
  async #identifyClient(pending: IPendingRequest): Promise<void> {
    const { client, clientId, prompt } = pending;
    if (client === null && prompt === null) {
      pending.byProgram = !(await this.options.pageClients.has(clientId));
    }
  }

  /** Whether another page answers: the one that gave the token, otherwise the one that asked. */
  #isForOthers(pending: IPending): boolean {
    if (this.#isHeldHere(pending)) {
      return false;
    }
    const { client, request } = pending;
    return client === null || (request.kind === 'token' && isRenewal(request));
  }

  /** Whether this page gave the kernel the token that is due for renewal. */
  #isHeldHere({ kernelId, request }: IPending): boolean {
    const { auth, grants } = this.options;
    return (
      request.kind === 'token' &&
      request.heldBy !== undefined &&
      request.heldBy === auth.accountFor(request.account)?.id &&
      grants.all.some(grant => grant.kernelId === kernelId && grant.accountId === request.heldBy)
    );
  }

  /** Close the prompts for a request that another page has answered with a token. */
  #onHeld(notice: IHolderNotice): void {
    const requestId = this.#holders.record(notice);
    const isOver = ({ kernelId, request }: IPending): boolean =>
      kernelId === notice.kernelId && request.requestId === requestId;
    this.#pending.close(...this.#pending.all.filter(isOver));
    this.#emitChanged();
  }

  #onState(state: AzureAuthState): void {
    this.#retainCurrent(state);
    if (state.kind === 'signed-in') {
      for (const pending of this.#pending.all.filter(isForToken)) {
        // The user has just signed in, perhaps for this very request.
        pending.attempts = Math.max(pending.attempts, 2);
        if (!isAboutAccess(pending)) {
          void this.#serve(pending);
        }
      }
    }
  }

  /** Make kernels forget the tokens of other accounts, once the accounts are known. */
  #retainCurrent(state: AzureAuthState): void {
    const { access, auth, pins } = this.options;
    const active = auth.accountFor();
    if (isSignedOut(state) || active !== null) {
      this.#pusher.retainCurrent();
      // An account that is not active may have stayed.
      if (isSignedOut(state) && auth.others.length === 0) {
        access.disallowAll();
        pins.dropAccounts();
      } else {
        const accountIds = (active ? [active, ...auth.others] : auth.others).map(({ id }) => id);
        access.retainAccounts(accountIds);
        pins.addAccounts(accountIds);
      }
      this.#emitChanged();
    }
  }

  /** Have kernels ask again whose account was chosen: what they wait for is of another one. */
  #onPinned(kernelIds: readonly string[]): void {
    kernelIds.forEach(kernelId => this.#drop(kernelId));
    kernelIds.forEach(kernelId => this.#pusher.retainCurrent(kernelId));
    this.#emitChanged();
  }

  #onClosed(kernelId: string, commId: string): void {
    this.#pending.closeComm(kernelId, commId);
    this.#pusher.cancelAttach(kernelId, commId);
    this.options.grants.closeComm(kernelId, commId);
    if (this.#holders.close(kernelId, commId)) {
      this.#emitChanged();
    }
  }

  #onRestarted(kernelId: string): void {
    const { grants } = this.options;
    const had = grants.all.filter(entry => entry.kernelId === kernelId);
    this.#drop(kernelId);
    this.#holders.forget(kernelId);
    grants.restartKernel(kernelId);
    had.forEach(({ request }) => this.#onOver(this.options.pins.target(kernelId, request)));
    this.#emitChanged();
  }

  /** Make kernels that another tab has revoked forget the tokens of this one. */
  #onRevokedElsewhere(revoked: readonly string[]): void {
    this.#withdraw(this.options.grants.all.filter(({ kernelId }) => revoked.includes(kernelId)));
    this.#emitChanged();
  }

  #withdraw(held: readonly IGrant[]): void {
    this.#pusher.withdraw(held);
    new Set(held.map(({ kernelId }) => kernelId)).forEach(kernelId => this.#onRestarted(kernelId));
  }

  /** No cell waits for a token: if no kernel holds one to renew either, its problems are over. */
  #onOver(request: IAzureTokenRequest): void {
    const { grants, pins } = this.options;
    const isHeld = grants.all.some(
      ({ kernelId, expiresAt, request: held }) =>
        kernelId !== '' &&
        expiresAt > Date.now() &&
        isSameTokenRequest(pins.target(kernelId, held), request)
    );
    if (!isHeld) {
      this.options.auth.withdraw(request);
    }
  }

  /** Drop requests that can no longer be answered. A kernel that still waits asks again. */
  #drop(kernelId: string): void {
    this.#pusher.cancelAttach(kernelId, null);
    this.#pending.closeKernel(kernelId);
  }

  #onWaiting(): void {
    this.#waiting = [...this.#pending.waiting, ...this.#prompts.keys()];
    this.#emitChanged();
  }

  #emitChanged(): void {
    this.#updateGrants();
    this.#acting = this.#holders.others;
    this.#changed.emit();
  }

  #updateGrants(): void {
    this.#grants = this.options.grants.all
      .filter(({ kernelId, expiresAt }) => kernelId !== '' && expiresAt > Date.now())
      .map(({ request, ...grant }) => ({ ...grant, scopes: request.scopes }));
  }

  readonly #holders: KernelHolders;
  readonly #pending: PendingRequests;
  readonly #pusher: KernelTokenPusher;
  readonly #responder: KernelResponder;
  /** Requests that came from no kernel, and what to call if the user declines them. */
  readonly #prompts = new Map<IWaitingRequest, () => void>();
  #waiting: readonly IWaitingRequest[] = [];
  #grants: readonly IKernelGrant[] = [];
  #acting: readonly IActingKernel[] = [];
  readonly #changed = new Signal<this, void>(this);
}

/** Whether a kernel that holds a token asks for a newer one, without its user. */
function isRenewal({ interactive, heldBy }: ITokenRequest): boolean {
  return !interactive && heldBy !== undefined;
}

/** Whether the user is asked for a permission, which no sign-in replaces. */
function isAboutAccess({ prompt }: IPending): boolean {
  return prompt !== null && isPermission(prompt);
}

export namespace KernelTokenService {
  export interface IOptions extends Omit<KernelResponder.IOptions, 'pending' | 'pusher'> {
    readonly grants: GrantStore;
    /** Tells pages from programs. */
    readonly pageClients: Pick<PageClients, 'has'>;
  }
}
