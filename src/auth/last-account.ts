import type { ITokenProvider } from '../providers/provider';

/**
 * Return the id of the account of a sign-in that has ended, since kernels and other tabs may still
 * have its tokens.
 *
 * @returns Undefined if there is none.
 */
export async function lastAccountId(
  providers: readonly ITokenProvider[]
): Promise<string | undefined> {
  for (const provider of providers) {
    const id =
      provider.accounts?.expiredId ?? (await provider.restore().catch(() => null))?.account.id;
    if (id !== undefined) {
      return id;
    }
  }
  return undefined;
}
