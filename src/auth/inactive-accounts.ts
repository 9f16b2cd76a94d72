import type { ISignIn, ITokenProvider } from '../providers/provider';
import type { IAzureAccount } from '../tokens';
import type { ChosenTenants } from './chosen-tenants';
import type { SignOutBroadcast } from './sign-out-broadcast';

/** The account of a request, and the provider of its tokens. */
export interface IChosenAccount {
  readonly account: IAzureAccount;
  readonly provider: ITokenProvider;
  /** Whether it is that of the current sign-in. */
  readonly isActive: boolean;
  /** Tenant of requests that name none; undefined for the account's own. */
  readonly tenantId: string | undefined;
}

/** The accounts of this page besides the active one, without those that another tab signed out. */
export class InactiveAccounts {
  /** @param holder - Returns the provider of the current sign-in, even if a refusal has ended it. */
  constructor(
    private readonly holder: () => ITokenProvider | null,
    private readonly broadcast: SignOutBroadcast,
    private readonly tenants: ChosenTenants
  ) {}

  get all(): readonly IChosenAccount[] {
    const provider = this.holder();
    return this.signIns.flatMap(({ account, chosenTenantId, persistedIn }) => {
      const isInOther = persistedIn === 'other-tab';
      const tenantId = isInOther ? chosenTenantId : this.tenants.of(account.id);
      return provider === null ? [] : [{ account, provider, isActive: false, tenantId }];
    });
  }

  /** Their sign-ins. */
  get signIns(): readonly ISignIn[] {
    return (this.holder()?.accounts?.others ?? []).filter(one => !this.#isSignedOut(one));
  }

  /** Forget the accounts that another tab has signed out. @returns One promise for each. */
  forgetSignedOut(): readonly (Promise<void> | undefined)[] {
    const accounts = this.holder()?.accounts;
    return (accounts?.others ?? [])
      .filter(one => this.#isSignedOut(one))
      .map(({ account }) => {
        this.tenants.set(account.id, null);
        return accounts?.forget(account.id);
      });
  }

  /** Sign out of one of them, in all tabs. */
  async signOut(accountId: string): Promise<void> {
    if (this.all.some(({ account }) => account.id === accountId)) {
      // First: unlike the sign-out of all accounts, it is not continued later.
      await this.holder()?.accounts?.signOut(accountId);
      this.broadcast.publish(accountId, Date.now());
      this.tenants.set(accountId, null);
    }
  }

  #isSignedOut({ account, signedInAt }: ISignIn): boolean {
    return this.broadcast.wasSignedOutSince(account.id, signedInAt);
  }
}
