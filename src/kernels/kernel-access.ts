/** The user's setting: whether kernels get tokens, and whether the user is asked first. */
export type KernelAccess = 'allow' | 'ask' | 'deny';

/** `give` and `ask`, or why a kernel gets no token. */
export type AccessDecision =
  'give' | 'ask' | 'kernel_access_denied' | 'agent_access_denied' | 'access_revoked';

/** Everything that the decision depends on. */
export interface IAccessFacts {
  readonly setting: KernelAccess;
  /** The same for cells that a program runs. */
  readonly agentSetting: KernelAccess;
  /** Whether the cell was run by a program: by a client of the kernel that is not a page. */
  readonly byProgram: boolean;
  /** Whether users other than this page's can run code in the kernel. */
  readonly isShared: boolean;
  /**
   * Whether the user has allowed this kernel the resource, or all resources; for cells that a program
   * runs, whether the user has allowed it to those.
   */
  readonly isAllowed: boolean;
  /** Whether the user has revoked this kernel's access. */
  readonly isRevoked: boolean;
}

/** Decide whether a kernel gets a token of the signed-in user. */
export function decideAccess(facts: IAccessFacts): AccessDecision {
  if (facts.setting === 'deny') {
    return 'kernel_access_denied';
  }
  if (facts.isRevoked) {
    return 'access_revoked';
  }
  if (facts.byProgram && facts.agentSetting === 'deny') {
    return 'agent_access_denied';
  }
  const asksAgents = facts.byProgram && facts.agentSetting === 'ask';
  const mustAsk = facts.setting === 'ask' || facts.isShared || asksAgents;
  return mustAsk && !facts.isAllowed ? 'ask' : 'give';
}

/** Return the setting. A value that is none of its choices does not allow anything unasked. */
export function readAccess(value: unknown, byDefault: KernelAccess): KernelAccess {
  if (value === undefined) {
    return byDefault;
  }
  return value === 'allow' || value === 'deny' ? value : 'ask';
}
