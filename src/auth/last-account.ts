import type { ITokenProvider } from '../providers/provider';
import type { IAzureAccount } from '../tokens';

/** Return the account of an expired sign-in, since kernels may still hold its tokens. */
export async function lastAccount(
  providers: readonly ITokenProvider[]
): Promise<IAzureAccount | null> {
  for (const provider of providers) {
    const found = await provider.restore().catch(() => null);
    if (found !== null) {
      return found.account;
    }
  }
  return null;
}
