import type { AzureSessionState, IAzureAccount, IAzureSignedIn } from '../tokens';

/** Who is signed in, also while something needs their attention; nobody in any other state. */
export function signedInOf(state: AzureSessionState): IAzureSignedIn | null {
  switch (state.kind) {
    case 'signed-in':
      return state;
    case 'needs-attention':
      return state.signedIn;
    default:
      return null;
  }
}

/** Whether nobody's tokens are for kernels any more. */
export function isNobody({ kind }: AzureSessionState): boolean {
  return kind === 'signed-out' || kind === 'signing-out' || kind === 'not-configured';
}

/**
 * Whether an account is the one that is wanted; every account is, where none is.
 *
 * @param wanted - User name or account id, in any case, as at Entra.
 */
export function isWanted(account: IAzureAccount, wanted: string | undefined): boolean {
  const given = wanted?.toLowerCase();
  return (
    given === undefined ||
    given === account.username.toLowerCase() ||
    given === account.id.toLowerCase()
  );
}

/**
 * Whether who is signed in is whom a cell wants. A machine never is who is wanted by name, also
 * where its identity has that name.
 */
export function isServing(signedIn: IAzureSignedIn, wanted: string | undefined): boolean {
  return wanted === undefined || (!signedIn.automatic && isWanted(signedIn.account, wanted));
}
