import type { AzureAuthState, IAzureSignedIn } from '../tokens';

/** Return the current sign-in, even while a problem needs attention; null in any other state. */
export function currentAccount(state: AzureAuthState): IAzureSignedIn | null {
  switch (state.kind) {
    case 'signed-in':
      return state;
    case 'needs-attention':
      return state.signedIn;
    default:
      return null;
  }
}

/** Whether the server holds the current sign-in, so that kernels can use it without a page. */
export function isHeldByServer(state: AzureAuthState): boolean {
  return state.kind === 'signed-in' && !['tab', 'other-tab'].includes(state.persistedIn);
}

/** Whether kernels may no longer hold tokens of any account. */
export function isSignedOut({ kind }: AzureAuthState): boolean {
  return kind === 'signed-out' || kind === 'signing-out' || kind === 'not-configured';
}
