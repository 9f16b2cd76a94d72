import type { AccessControl } from './access-control';
import type { GrantStore } from './grants';
import type { AccessDecision } from './kernel-access';
import type { IPendingRequest } from './pending-requests';
import type { ISessionRequest } from './protocol';
import type { Sharing } from './sharing';

/** Milliseconds for which a kernel may not ask the user again after "Not now". */
const MUTE_MS = 60_000;

/** Decides what a kernel may do: have a token, ask the user for one, see or end the session. */
export class KernelPermissions {
  constructor(private readonly options: KernelPermissions.IOptions) {}

  /** Decide whether a kernel gets a token: see `kernel-access.ts`. */
  async decide({ kernelId, request }: IPendingRequest): Promise<AccessDecision> {
    return (await this.options.access()).decide(kernelId, request.scopes);
  }

  /** Let a kernel act as the user, for the resource of a request or for all. */
  async allow({ kernelId, request }: IPendingRequest, everything: boolean): Promise<void> {
    (await this.options.access()).allow(kernelId, everything ? undefined : request.scopes);
  }

  /** Revoke everything that was allowed, after a sign-out. */
  disallowAll(): void {
    // What cannot be loaded has allowed nothing.
    this.options.access().then(
      access => access.disallowAll(),
      () => undefined
    );
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

  private readonly mutedUntil = new Map<string, number>();
}

export namespace KernelPermissions {
  export interface IOptions {
    /** Loads what the user has allowed and revoked; not loaded with the page. */
    readonly access: () => Promise<AccessControl>;
    readonly grants: GrantStore;
    readonly sharing: Sharing;
  }
}
