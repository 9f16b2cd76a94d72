import type { ISignIn, ITokenProvider } from '../providers/provider';
import type { IAzureSignedIn } from '../tokens';

/** Whether the other tab now uses another sign-in, or another tenant. */
export function isChanged({ signedIn, activeSince }: ICurrentSignIn, found: ISignIn): boolean {
  return (
    usedSince(found) > activeSince ||
    signedIn.account.id !== found.account.id ||
    signedIn.chosenTenantId !== found.chosenTenantId
  );
}

/** The current sign-in, and the provider that holds it. */
export interface ICurrentSignIn {
  readonly signedIn: IAzureSignedIn;
  readonly provider: ITokenProvider;
  /** Milliseconds since the epoch, as is `activeSince`. */
  readonly signedInAt: number;
  /** When the tab that holds it began to use it. */
  readonly activeSince: number;
}

/** When its tab began to use a sign-in, in milliseconds since the epoch. */
export function usedSince({ signedInAt, activeSince = signedInAt }: ISignIn): number {
  return activeSince;
}

/** Whether a sign-in that was found is the current one. */
export function isSame(one: IAzureSignedIn, { account, source, ambient }: ISignIn): boolean {
  return one.account.id === account.id && one.source === source && one.ambient === ambient;
}
