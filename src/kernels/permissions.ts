import type { AccessControl } from './access-control';
import type { AccessDecision } from './kernel-access';
import type { IPendingRequest } from './pending-requests';

/** Milliseconds for which a kernel may not ask the user again after "Not now". */
const MUTE_MS = 60_000;

/** What a kernel may do now: have a token, ask the user for one. The rule is `kernel-access.ts`. */
export class KernelPermissions {
  constructor(private readonly options: KernelPermissions.IOptions) {}

  /** Decide whether a kernel gets a token: see `kernel-access.ts`. */
  decide({ kernelId, request, byProgram }: IPendingRequest): Promise<AccessDecision> {
    return this.options.access.decide(kernelId, request, byProgram);
  }

  /** Let a kernel act as the user, for the resource of a request or for all. */
  allow({ kernelId, request, byProgram }: IPendingRequest, everything: boolean): void {
    this.options.access.allow(kernelId, byProgram, request, everything);
  }

  /** Revoke everything that was allowed, after a sign-out. */
  disallowAll(): void {
    this.options.access.disallowAll();
  }

  /** Revoke what was allowed as other accounts. */
  retainAccounts(accountIds: readonly unknown[]): void {
    this.options.access.retainAccounts(accountIds);
  }

  /** Whether a kernel may ask the user. */
  mayAsk(pending: IPendingRequest): boolean {
    return (this.#mutedUntil.get(callerOf(pending)) ?? 0) <= Date.now();
  }

  /** Mute a kernel for a while after the user has clicked "Not now". */
  mute(pending: IPendingRequest): void {
    this.#mutedUntil.set(callerOf(pending), Date.now() + MUTE_MS);
  }

  readonly #mutedUntil = new Map<string, number>();
}

/** A program that runs cells in the user's kernel does not mute the user's own cells. */
export const callerOf = ({ kernelId, byProgram }: IPendingRequest): string =>
  `${kernelId} ${byProgram}`;

export namespace KernelPermissions {
  export interface IOptions {
    /** What the user has allowed and revoked. */
    readonly access: AccessControl;
  }
}
