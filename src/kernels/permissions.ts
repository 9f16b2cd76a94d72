import { resourceOf } from '../auth/validation';
import type { IAzureAuth } from '../tokens';
import type { GrantStore } from './grants';
import type { IPendingRequest } from './pending-requests';
import type { ISessionRequest } from './protocol';
import { accountIdOf } from './push';
import type { Sharing } from './sharing';

/** Milliseconds for which a kernel may not ask the user again after "Not now". */
const MUTE_MS = 60_000;

/** Decides what a kernel may do: have a token, ask the user for one, see or end the session. */
export class KernelPermissions {
  constructor(private readonly options: KernelPermissions.IOptions) {}

  /** Whether a kernel may have a token without a question. A shared one needs a click on Allow. */
  mayHaveToken(pending: IPendingRequest): boolean {
    return !this.options.sharing.isShared || this.allowed.has(this.allowance(pending));
  }

  /** Let a shared kernel act as the user, for the resource of a request. */
  allow(pending: IPendingRequest): void {
    this.allowed.add(this.allowance(pending));
  }

  /** Revoke everything that was allowed, after a sign-out. */
  disallowAll(): void {
    this.allowed.clear();
  }

  /** Whether a kernel may ask the user. */
  mayAsk(kernelId: string): boolean {
    return (this.mutedUntil.get(kernelId) ?? 0) <= Date.now();
  }

  /** Mute a kernel for a while after the user has clicked "Not now". */
  mute(kernelId: string): void {
    this.mutedUntil.set(kernelId, Date.now() + MUTE_MS);
  }

  /**
   * Whether a kernel may learn the account, or sign the user out. The other users of a shared kernel
   * can send requests in the user's name: they must not sign the user out, and learn the account
   * only if the kernel was given its tokens.
   */
  mayUseSession({ kind }: ISessionRequest, kernelId: string): boolean {
    const { sharing, grants } = this.options;
    return (
      !sharing.isShared ||
      (kind === 'status' && grants.all.some(grant => grant.kernelId === kernelId))
    );
  }

  /** Return the key of what a click on Allow covers: one resource, for the current account. */
  private allowance({ kernelId, request }: IPendingRequest): string {
    const account = accountIdOf(this.options.auth.state);
    return JSON.stringify([kernelId, account, resourceOf(request.scopes[0] ?? '')]);
  }

  private readonly mutedUntil = new Map<string, number>();
  private readonly allowed = new Set<string>();
}

export namespace KernelPermissions {
  export interface IOptions {
    readonly auth: Pick<IAzureAuth, 'state'>;
    readonly grants: GrantStore;
    readonly sharing: Sharing;
  }
}
