import type { AzureSessionState, IAzureTokenNeed } from '../tokens';

/** Whether two needs are for the same token. */
export function isSameNeed(one: IAzureTokenNeed, other: IAzureTokenNeed): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether a state reports a problem that concerns one need only, and no other. */
export function isProblemOf(state: AzureSessionState, need: IAzureTokenNeed): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code !== 'sign_in_ended' &&
    state.problem.need !== null &&
    isSameNeed(state.problem.need, need)
  );
}

function keyOf({ scopes, tenantId, claims, account }: IAzureTokenNeed): string {
  return JSON.stringify([scopes, tenantId ?? null, claims ?? null, account ?? null]);
}
