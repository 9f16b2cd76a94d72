import { currentAccount, isSignedOut } from '../auth/account';
import { AzureAuthError } from '../auth/errors';
import type { IPageAuth } from '../auth/page-auth';
import type { AzureAuthState, IAzureToken } from '../tokens';
import type { AccessControl } from './access-control';
import type { AccountPins } from './account-pins';
import type { ActivityRecorder } from './activity';
import type { IKernelDocument, ICommOpen } from './connections';
import { type IGrant, type GrantStore, requestKey } from './grants';
import {
  type Answer,
  type IAttachRequest,
  type ITokenRequest,
  type ITokenTarget,
  tokenAnswer
} from './protocol';
import type { Sharing } from './sharing';

/**
 * Milliseconds from a token that was sent to all that follows from it: on two busy cores, the
 * browser, the server and the kernel pass the token on only when this page rests (`npm run bench`).
 */
const FOLLOW_UP_DELAY_MS = 50;

/**
 * Pushes to kernels what they did not ask for: renewed tokens, the tokens their notebook had before
 * a restart, and the news that their user has signed out.
 */
export class KernelTokenPusher {
  constructor(private readonly options: KernelTokenPusher.IOptions) {
    // What the page has given is recorded, even if it is closed at once.
    window.addEventListener('pagehide', () => this.followUp());
  }

  /** Record that a kernel holds a token. Soon after, push it to all kernels with an older one. */
  recordGrant(grant: KernelTokenPusher.IGrantedToken): void {
    const { client, token, request, byProgram = false, ...address } = grant;
    const chosenTenantId = chosenTenantOf(this.options.auth, request);
    const entry: IGrant = {
      ...address,
      ...(chosenTenantId === undefined ? {} : { chosenTenantId }),
      request: targetOf(request),
      label: client?.label ?? this.options.nameless,
      path: client?.path ?? '',
      accountId: token.account.id,
      username: token.account.username,
      byProgram,
      grantedAt: Date.now(),
      expiresAt: token.expiresOnTimestamp
    };
    // At once, so that a sign-out finds it.
    this.options.grants.add(entry);
    const name = client?.label ?? null;
    const source = currentAccount(this.options.auth.state)?.source ?? null;
    if (this.#granted.push({ entry, name, token, source }) === 1) {
      window.setTimeout(() => this.followUp(), FOLLOW_UP_DELAY_MS);
    }
  }

  /** Report and push the tokens that were just given, without waiting any longer. */
  followUp(): void {
    const granted = this.#granted;
    this.#granted = [];
    for (const { entry, name, token, source } of granted) {
      this.options.activity.issued({ ...entry, name }, entry.request.scopes, token, source);
    }
    if (granted.length > 0) {
      void this.#renewOlder(granted).then(this.options.onGranted);
    }
  }

  /** Push new tokens to kernels that hold older ones, as far as they would get them now. */
  async #renewOlder(granted: readonly IGranted[]): Promise<void> {
    const { access, activity, grants, pins, send } = this.options;
    for (const { entry, token, source } of granted) {
      for (const older of this.#olderGrants(entry)) {
        const { attached, byProgram, kernelId, commId, requestId, request, label } = older;
        const target = pins.target(kernelId, request);
        const decision = await access.decide(kernelId, target, byProgram);
        // It is replaced when it ends: by a sign-out, a revocation, a closed comm. This page may not
        // know yet what another tab has changed.
        if (decision === 'give' && grants.all.includes(older) && this.#isCurrent(older)) {
          send(kernelId, commId, tokenAnswer(requestId, token, attached ? request : undefined));
          grants.add({ ...older, grantedAt: Date.now(), expiresAt: entry.expiresAt });
          activity.issued({ ...older, name: label }, request.scopes, token, source);
        }
      }
    }
  }

  /** Push to a kernel that announces itself the tokens that need no question to the user. */
  async attach(
    request: IAttachRequest,
    commOpen: ICommOpen,
    client: IKernelDocument
  ): Promise<void> {
    const { grants, auth } = this.options;
    const named = request.scopes.length === 0 ? [] : [targetOf({ ...request, enableCae: false })];
    // With nothing to push, do not load the sign-in library for every kernel that starts.
    if (named.length === 0 && !grants.all.some(({ path }) => path === client.path)) {
      return;
    }
    this.#attaching.add(commOpen);
    await auth.prepare();
    const isShared = await this.options.sharing.check();
    const { access, pins } = this.options;
    const mayPush = !isShared && accountIdOf(auth.state) !== null;
    const before = mayPush ? grants.requestsOf(client.path) : [];
    for (const tokenRequest of mayPush ? [...named, ...before] : []) {
      const target = pins.target(commOpen.kernelId, tokenRequest);
      const isAllowed = async (): Promise<boolean> =>
        (await access.decide(commOpen.kernelId, target)) === 'give';
      const token = (await isAllowed()) ? await this.#tryGetToken(target) : null;
      const holder = holderOf(auth, target);
      // Again: the user may have forbidden it, or signed out, in the meantime.
      const isStillAllowed =
        token !== null && (await isAllowed()) && holderOf(auth, target) === holder;
      if (isStillAllowed && this.#attaching.has(commOpen)) {
        const { kernelId, commId } = commOpen;
        const { requestId } = request;
        this.options.send(kernelId, commId, tokenAnswer(requestId, token, tokenRequest));
        this.recordGrant({
          kernelId,
          commId,
          requestId,
          request: tokenRequest.account === target.account ? target : { ...target, isPinned: true },
          token,
          client,
          attached: true
        });
      }
    }
    this.#attaching.delete(commOpen);
  }

  /** Stop pushing to an `attach` request after its comm or kernel is gone. */
  cancelAttach(kernelId: string, commId: string | null): void {
    for (const commOpen of this.#attaching) {
      if (commOpen.kernelId === kernelId && (commId ?? commOpen.commId) === commOpen.commId) {
        this.#attaching.delete(commOpen);
      }
    }
  }

  /**
   * Tell kernels to forget tokens of accounts and tenants that they would not get a token of now.
   *
   * @param onlyKernelId - Of the kernel whose account was chosen; absent for all kernels.
   */
  retainCurrent(onlyKernelId?: string): void {
    const isKept = (grant: IGrant): boolean =>
      (grant.kernelId !== onlyKernelId && onlyKernelId !== undefined) || this.#isCurrent(grant);
    this.withdraw(this.options.grants.retain(isKept));
  }

  /** Whether a kernel would now get a token of the same account and tenant. */
  #isCurrent({ accountId, chosenTenantId, kernelId, request }: IGrant): boolean {
    const { auth, pins } = this.options;
    const holder = JSON.stringify([accountId, chosenTenantId]);
    return !isSignedOut(auth.state) && holderOf(auth, pins.target(kernelId, request)) === holder;
  }

  /** Tell kernels to forget their tokens. */
  withdraw(grants: readonly IGrant[]): void {
    for (const { kernelId, commId, requestId } of grants) {
      if (commId !== '') {
        this.options.send(kernelId, commId, this.options.signedOut(requestId));
      }
    }
  }

  async #tryGetToken(request: ITokenTarget): Promise<IAzureToken | null> {
    try {
      return await this.options.auth.getToken([...request.scopes], request);
    } catch (error) {
      if (error instanceof AzureAuthError) {
        // This needs the user, so the kernel has to ask when it needs the token.
        return null;
      }
      throw error;
    }
  }

  #olderGrants({ accountId, chosenTenantId, expiresAt, request }: IGrant): IGrant[] {
    return this.options.grants.all.filter(
      entry =>
        entry.expiresAt < expiresAt &&
        entry.accountId === accountId &&
        entry.chosenTenantId === chosenTenantId &&
        entry.commId !== '' &&
        requestKey(entry.request) === requestKey(request)
    );
  }

  readonly #attaching = new Set<ICommOpen>();
  /** Tokens that were sent, whose follow-up is due. */
  #granted: IGranted[] = [];
}

export namespace KernelTokenPusher {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly grants: GrantStore;
    /** Sends an answer to a kernel, over any connection that reaches it. */
    readonly send: (kernelId: string, commId: string, answer: Answer) => void;
    /** Returns the push that empties a kernel's cache. */
    readonly signedOut: (requestId: string) => Answer;
    readonly sharing: Sharing;
    /** Loads what the user has allowed and revoked. */
    readonly access: AccessControl;
    /** Records who got which token. */
    readonly activity: Pick<ActivityRecorder, 'issued' | 'refused'>;
    /** Which account the user has chosen for a kernel. */
    readonly pins: AccountPins;
    /** Called a little after kernels were given tokens, once for all of them. */
    readonly onGranted: () => void;
    /** Label of a kernel without a notebook. */
    readonly nameless: string;
  }

  export interface IGrantedToken {
    readonly kernelId: string;
    readonly commId: string;
    readonly requestId: string;
    readonly request: IGrantedRequest;
    readonly token: IAzureToken;
    readonly client: IKernelDocument | null;
    readonly attached: boolean;
    readonly byProgram?: boolean;
  }
}

interface IGranted {
  readonly entry: IGrant;
  /** Name of the kernel, or null if it has no notebook. */
  readonly name: string | null;
  readonly token: IAzureToken;
  /** How the token's account signed in. */
  readonly source: string | null;
}

type IGrantedRequest = ITokenTarget & Pick<ITokenRequest, 'isPinned'>;

/** Return the id of the active account; null if none is signed in. */
export function accountIdOf(state: AzureAuthState): string | null {
  return currentAccount(state)?.account.id ?? null;
}

/** What decides whose token a request gets, and of which tenant. */
export type HolderTarget = Pick<ITokenTarget, 'account' | 'tenantId'>;

/** Return the tenant that the user has chosen for a request; undefined if it names one itself. */
function chosenTenantOf(auth: IPageAuth, { account, tenantId }: HolderTarget): string | undefined {
  return tenantId === undefined ? auth.chosenTenantFor(account) : undefined;
}

/** Return whose token, and of which tenant, a request gets now. */
export function holderOf(auth: IPageAuth, target: HolderTarget): string {
  return JSON.stringify([auth.accountFor(target.account)?.id, chosenTenantOf(auth, target)]);
}

/** Return only the fields that determine the token. */
function targetOf({ account: wanted, isPinned, ...request }: IGrantedRequest): ITokenTarget {
  const { scopes, tenantId, cloud, enableCae } = request;
  // The kernel does not know which account the user has chosen for it.
  const account = isPinned ? undefined : wanted;
  return {
    scopes,
    enableCae,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(cloud === undefined ? {} : { cloud }),
    ...(account === undefined ? {} : { account })
  };
}
