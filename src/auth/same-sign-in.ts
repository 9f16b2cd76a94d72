import type { ISignIn } from '../providers/provider';
import type { IAzureSignedIn } from '../tokens';

/** Whether another tab now uses another of its accounts, or another tenant. */
export function isChanged(one: IAzureSignedIn, { account, chosenTenantId }: ISignIn): boolean {
  return one.account.id !== account.id || one.chosenTenantId !== chosenTenantId;
}

/** Whether a sign-in that was found is the current one. */
export function isSame(one: IAzureSignedIn, { account, source, ambient }: ISignIn): boolean {
  return one.account.id === account.id && one.source === source && one.ambient === ambient;
}
