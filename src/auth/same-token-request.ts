import type { AzureAuthState, IAzureTokenRequest } from '../tokens';

/** Whether two requests are for the same token. */
export function isSameTokenRequest(one: IAzureTokenRequest, other: IAzureTokenRequest): boolean {
  return keyOf(one) === keyOf(other);
}

/** Whether a state reports a problem that concerns one need only, and no other. */
export function isProblemOf(state: AzureAuthState, request: IAzureTokenRequest): boolean {
  return (
    state.kind === 'needs-attention' &&
    state.problem.code !== 'sign_in_ended' &&
    state.problem.request !== null &&
    isSameTokenRequest(state.problem.request, request)
  );
}

function keyOf({ scopes, tenantId, claims, account }: IAzureTokenRequest): string {
  return JSON.stringify([scopes, tenantId ?? null, claims ?? null, account ?? null]);
}
