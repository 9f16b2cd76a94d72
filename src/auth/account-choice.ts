import type { IAzureAccount, IAzureSignedIn } from '../tokens';

/**
 * Whether an account is the requested one; any account is if none is requested.
 *
 * @param wanted - User name or account id, not case-sensitive, as in Entra.
 */
export function matchesAccount(account: IAzureAccount, wanted: string | undefined): boolean {
  const normalized = wanted?.toLowerCase();
  return (
    normalized === undefined ||
    normalized === account.username.toLowerCase() ||
    normalized === account.id.toLowerCase()
  );
}

/**
 * Return the account whose token a request gets: the active one, or the one that it names, which
 * can be that of any sign-in of this page.
 *
 * @param others - Returns the further accounts of this page, which are always users'.
 * @returns Null if the user has to sign in first.
 */
export function chooseAccount(
  active: IAzureSignedIn | null,
  others: () => readonly IAzureAccount[],
  wanted: string | undefined
): IAzureAccount | null {
  if (active !== null && satisfies(active, wanted)) {
    return active.account;
  }
  return wanted === undefined ? null : (others().find(one => matchesAccount(one, wanted)) ?? null);
}

/**
 * Whether the current sign-in is for the requested account. An ambient identity never is, even if
 * its name matches.
 */
export function satisfies(signedIn: IAzureSignedIn, wanted: string | undefined): boolean {
  return wanted === undefined || (!signedIn.ambient && matchesAccount(signedIn.account, wanted));
}
