import type { AzureSessionState, IAzureTokenNeed } from '../tokens';

/** Whether two needs are for the same token. */
export function isSameNeed(one: IAzureTokenNeed, other: IAzureTokenNeed): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether a state tells of a problem that is about a need alone: no other one is served by it. */
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
