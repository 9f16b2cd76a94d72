/** The user's setting: whether kernels get tokens, and whether the user is asked first. */
export type KernelAccess = 'allow' | 'ask' | 'deny';

/** `give` and `ask`, or why a kernel gets no token. */
export type AccessDecision =
  'give' | 'ask' | 'kernel_access_denied' | 'agent_access_denied' | 'access_revoked';

/** Everything that the decision depends on. */
export interface IAccessContext {
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
export function decideAccess(context: IAccessContext): AccessDecision {
  if (context.setting === 'deny') {
    return 'kernel_access_denied';
  }
  if (context.isRevoked) {
    return 'access_revoked';
  }
  if (context.byProgram && context.agentSetting === 'deny') {
    return 'agent_access_denied';
  }
  const asksAgents = context.byProgram && context.agentSetting === 'ask';
  const mustAsk = context.setting === 'ask' || context.isShared || asksAgents;
  return mustAsk && !context.isAllowed ? 'ask' : 'give';
}

/** Return the setting that allows the least. */
export function strictest(...settings: readonly KernelAccess[]): KernelAccess {
  return (['deny', 'ask'] as const).find(one => settings.includes(one)) ?? 'allow';
}

/** Return the setting. A value that is none of its choices does not allow anything unasked. */
export function readAccess(value: unknown, byDefault: KernelAccess): KernelAccess {
  if (value === undefined) {
    return byDefault;
  }
  return value === 'allow' || value === 'deny' ? value : 'ask';
}
