import type { IOtherTabs, ITokenProvider, IServerSession, ISignIn } from '../providers/provider';
import type {
  AzureAuthState,
  IAzureAccount,
  IAzureProblem,
  IAzureSignedIn,
  IAzureTokenRequest
} from '../tokens';
import { chooseAccount } from './account-choice';
import { ChosenTenants } from './chosen-tenants';
import { AzureAuthError } from './errors';
import { type IChosenAccount, InactiveAccounts } from './inactive-accounts';
import { isProblemOf } from './same-token-request';
import { type IEndedSignIn, isReported, needsAttention, reportOf } from './needs-attention';
import { lastAccountId } from './last-account';
import { type ICurrentSignIn, isSame, usedSince } from './same-sign-in';
import type { SignOutBroadcast } from './sign-out-broadcast';

/** The current sign-in, and the session's state that follows from it. */
export class AuthStore {
  constructor(private readonly options: AuthStore.IOptions) {
    this.#inactive = new InactiveAccounts(() => this.#holder, options.broadcast, this.#tenants);
  }

  get state(): AzureAuthState {
    return this.options.state();
  }

  get current(): ICurrentSignIn | null {
    return this.#present;
  }

  get signedIn(): IAzureSignedIn | null {
    return this.#present?.signedIn ?? null;
  }

  get provider(): ITokenProvider | null {
    return this.#present?.provider ?? null;
  }

  /** Whether another provider holds the current sign-in. */
  isElsewhere(provider: ITokenProvider): boolean {
    return (this.provider ?? provider) !== provider;
  }

  setState(state: AzureAuthState): void {
    this.options.setState(state);
    this.#wake();
  }

  /** Resolves once it is known whether the machine has an identity, or a user signs in. */
  async whenAmbientLookupDone(): Promise<void> {
    while (this.state.kind === 'searching' && !this.#over) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  /** Release all pending waits. */
  close(): void {
    this.#over = true;
    this.#wake();
  }

  #wake(): void {
    this.#waiting.splice(0).forEach(resolve => resolve());
  }

  /** Set the state as if nothing had been tried. */
  resetToCurrent(): void {
    this.setState(this.signedIn ?? reportOf(this.#ended) ?? this.#signedOut());
  }

  /** Clear a problem that concerned only this need. */
  withdraw(request: IAzureTokenRequest): void {
    if (isProblemOf(this.state, request)) {
      this.resetToCurrent();
    }
  }

  setSignedIn(found: ISignIn, provider: ITokenProvider): void {
    const { signedInAt, activeSince = signedInAt, chosenTenantId: elsewhere, ...known } = found;
    const chosenTenantId =
      found.persistedIn === 'other-tab' ? elsewhere : this.#tenants.of(found.account.id);
    const signedIn = {
      kind: 'signed-in',
      ...known,
      ...(chosenTenantId === undefined ? {} : { chosenTenantId })
    } as const;
    this.#present = { signedIn, provider, signedInAt, activeSince };
    this.#ended = null;
    this.setState(signedIn);
    if (found.persistedIn === 'tab') {
      this.options.tabs?.announce();
    }
  }

  /** Choose the tenant of the active account's requests that name none; null for its own. */
  chooseTenant(tenantId: string | null): void {
    const present = this.#present;
    if (present !== null) {
      const { signedIn, provider, ...times } = present;
      this.#tenants.set(signedIn.account.id, tenantId);
      this.setSignedIn({ ...signedIn, ...times }, provider);
    }
  }

  /** The sign-ins that this tab holds itself, the active one first. */
  get own(): readonly ISignIn[] {
    const present = this.#present;
    if (present?.signedIn.persistedIn !== 'tab') {
      return [];
    }
    const { signedIn, signedInAt, activeSince } = present;
    return [{ ...signedIn, signedInAt, activeSince }, ...this.#inactive.signIns];
  }

  /** Apply an interactive sign-in, which replaces any other account of this tab. */
  async completeSignIn(signIn: ISignIn, provider: ITokenProvider): Promise<void> {
    const { account } = this.signedIn ?? signIn;
    // A sign-in for another tenant's token reports that tenant as the account's.
    this.setSignedIn(account.id === signIn.account.id ? { ...signIn, account } : signIn, provider);
    const others = this.options.providers.filter(other => other !== provider);
    await Promise.all(others.map(other => other.clear(true)));
  }

  /** Restore an existing sign-in, unless the state changes in the meantime. */
  async restore(): Promise<void> {
    const before = this.state;
    const isUnchanged = (): boolean => this.state === before;
    for (const provider of this.options.providers) {
      try {
        const found = await provider.restore();
        if (!isUnchanged()) {
          return;
        }
        if (found !== null && this.isAfterEnd(found) && this.#canReplace(found, provider)) {
          return await this.#adoptRestored(found, provider);
        }
      } catch (error) {
        if (!(error instanceof AzureAuthError) || error.code !== 'sign_in_required') {
          throw error;
        }
        if (isUnchanged()) {
          this.#reportEnd(provider, error.problem);
        }
        return;
      }
    }
    if (isUnchanged() && before.kind === 'searching') {
      // The answer may have been the last one with a change: the lookup is over.
      this.#resetIfChanged();
    }
  }

  /** Apply the server extension's session, which all browsers share. */
  applyServerSession(session: IServerSession, provider: ITokenProvider): void {
    const { signIn, hasEnded, endedBy } = session;
    if (signIn !== null) {
      this.#applySignIn(signIn, provider);
    } else if (hasEnded) {
      this.#present = null;
      this.#reportEnd(provider, { code: 'sign_in_ended', detail: endedBy, request: null });
    } else if (this.#present !== null) {
      void this.clear(true);
    } else if (this.#ended?.provider === provider) {
      // The user has signed out of an expired sign-in.
      this.#ended = null;
      this.resetToCurrent();
    } else if (['signed-out', 'signing-out', 'searching'].includes(this.state.kind)) {
      this.#resetIfChanged();
    }
  }

  /** Accounts that the user can switch to, without those that another tab has signed out. */
  get others(): readonly IAzureAccount[] {
    return this.#inactive.all.map(({ account }) => account);
  }

  /**
   * Return the account whose token a request gets; null if the user has to sign in first.
   *
   * @param wanted - User name or account id that the request names.
   */
  choose(wanted: string | undefined): IChosenAccount | null {
    const present = this.#present;
    const account = chooseAccount(this.signedIn, () => this.others, wanted);
    if (present !== null && present.signedIn.account === account) {
      const { provider, signedIn } = present;
      return { account, provider, isActive: true, tenantId: signedIn.chosenTenantId };
    }
    return this.#inactive.all.find(one => one.account.id === account?.id) ?? null;
  }

  /** Switch to one of `others`. */
  async switchTo(accountId: string): Promise<void> {
    const { others } = this;
    const holder = this.#holder;
    if (holder !== null && others.some(({ id }) => id === accountId)) {
      await holder.accounts?.switchTo(accountId);
      const found = await holder.restore();
      if (found !== null && this.#holder === holder) {
        this.setSignedIn(found, holder);
      }
    }
  }

  /** Sign out of one of `others`, in all tabs. Kernels forget its tokens. */
  async signOutOf(accountId: string): Promise<void> {
    await this.#inactive.signOut(accountId);
    this.#reportLoss();
  }

  /**
   * The provider of the current sign-in, even if a refusal has ended it; not if another tab held
   * that: only the other tab can continue with another account.
   */
  get #holder(): ITokenProvider | null {
    const { provider = null } = this.#ended ?? {};
    return this.provider ?? (provider === this.options.tabs?.provider ? null : provider);
  }

  /** Drop accounts that another tab has signed out, and have kernels forget their tokens. */
  async dropSignedOut(): Promise<void> {
    const forgotten = this.#inactive.forgetSignedOut();
    if (forgotten.length > 0) {
      this.#reportLoss();
      await Promise.all(forgotten);
    }
  }

  /** Have kernels forget the tokens of an account that is no longer among the others. */
  #reportLoss(): void {
    const { state } = this;
    // Without an active account, they keep their tokens until a sign-out.
    const first: AzureAuthState[] = this.#present === null ? [{ kind: 'signed-out' }] : [];
    [...first, state].forEach(one => this.setState(one));
  }

  /** Sign out of every interactive sign-in. */
  async signOut(): Promise<void> {
    const { broadcast, providers } = this.options;
    const first = this.signedIn?.account.id ?? (await lastAccountId(providers));
    try {
      const others = this.others.map(({ id }) => id);
      broadcast.publish(first === undefined ? others : [first, ...others], Date.now());
    } finally {
      await this.clear(false);
    }
  }

  /** The current sign-in, if another tab has signed its account out. */
  get signedOutElsewhere(): ICurrentSignIn | null {
    const present = this.#present;
    const isOut =
      present?.signedIn.ambient === false &&
      this.options.broadcast.wasSignedOutSince(present.signedIn.account.id, present.signedInAt);
    return isOut ? present : null;
  }

  /**
   * Drop an account that was current, and that another tab has signed out. Others that this tab
   * holds itself stay, but none takes its place: the other tab may not know them.
   */
  async dropCurrent(
    { account, persistedIn }: Pick<ISignIn, 'account' | 'persistedIn'>,
    provider: ITokenProvider
  ): Promise<void> {
    this.#present = null;
    this.#ended = { provider, problem: { code: 'sign_in_ended', detail: null, request: null } };
    if (persistedIn !== 'tab' || this.others.length === 0) {
      return this.clear(true);
    }
    this.#tenants.set(account.id, null);
    const forgotten = this.#inactive.forgetSignedOut();
    // Kernels forget its tokens.
    this.setState({ kind: 'signed-out' });
    this.resetToCurrent();
    await Promise.all([provider.accounts?.forget(account.id), ...forgotten]);
  }

  /** Clear the sign-in. @param elsewhere - Whether the part that all tabs share is already gone. */
  async clear(elsewhere: boolean): Promise<void> {
    this.#present = null;
    this.#ended = null;
    this.#tenants.clear();
    const forgotten = Promise.all(
      this.options.providers.map(provider => provider.clear(elsewhere))
    );
    // Kernels are told at once, however long storage and server take.
    this.setState({
      kind: this.options.signedOut() === 'signing-out' ? 'signing-out' : 'signed-out'
    });
    this.#resetIfChanged();
    await forgotten;
    // The server extension has confirmed that it no longer holds an account.
    if (this.state.kind === 'signing-out') {
      this.#resetIfChanged();
    }
  }

  /** End a sign-in that was refused a token. A newer sign-in is not affected. */
  invalidate(problem: IAzureProblem): void {
    // The sign-in of a tab that does not answer now may be back.
    if (problem.code !== 'other_tab_closed') {
      this.#endedOn = this.#present?.activeSince ?? 0;
    }
    const provider = this.#present?.signedIn.ambient ? null : this.provider;
    this.#ended = provider && { provider, problem, accountId: this.signedIn?.account.id };
    this.#present = null;
    this.setState(needsAttention(problem, null));
  }

  /** Whether a refusal has ended the sign-in of an account, which is not signed out by that. */
  wasRefused(accountId: string): boolean {
    return this.#ended?.accountId === accountId;
  }

  /** Whether a sign-in was found that is not the refused one, nor from before that. */
  isAfterEnd(found: ISignIn): boolean {
    return usedSince(found) > this.#endedOn;
  }

  /** Return a new object each time, so that pending code can detect a change by identity. */
  #signedOut(): AzureAuthState {
    return { kind: this.options.signedOut() };
  }

  /**
   * Whether a restored sign-in may become the current one. A user whose interactive sign-in was
   * refused has not signed out: kernels must not fall back to the machine without notice.
   */
  #canReplace({ ambient }: ISignIn, provider: ITokenProvider): boolean {
    return !ambient || this.#ended === null || this.#ended.provider === provider;
  }

  #applySignIn(found: ISignIn, provider: ITokenProvider): void {
    const { state } = this;
    const present = this.#present;
    const { persistedIn, persistableIn } = found;
    if (present === null || !isSame(present.signedIn, found)) {
      if (this.#canReplace(found, provider)) {
        this.setSignedIn(found, provider);
      }
    } else if (
      present.signedIn.persistedIn !== persistedIn ||
      present.signedIn.persistableIn !== persistableIn
    ) {
      const signedIn = { ...present.signedIn, persistedIn, persistableIn };
      this.#present = { ...present, signedIn };
      this.setState(state.kind === 'needs-attention' ? { ...state, signedIn } : signedIn);
    }
  }

  #resetIfChanged(): void {
    if (this.state.kind !== this.options.signedOut()) {
      this.resetToCurrent();
    }
  }

  #reportEnd(provider: ITokenProvider, problem: IAzureProblem): void {
    this.#ended = { provider, problem };
    if (!isReported(this.state, problem)) {
      this.setState(needsAttention(problem, null));
    }
  }

  async #adoptRestored(found: ISignIn, provider: ITokenProvider): Promise<void> {
    if (this.options.broadcast.wasSignedOutSince(found.account.id, found.signedInAt)) {
      await this.dropCurrent(found, provider);
    } else {
      this.setSignedIn(found, provider);
    }
  }

  #present: ICurrentSignIn | null = null;
  /** When the last refused sign-in became active, in milliseconds since the epoch. */
  #endedOn = 0;
  /** An interactive sign-in that was refused but not signed out. */
  #ended: IEndedSignIn | null = null;
  #over = false;
  readonly #tenants = new ChosenTenants(sessionStorage);
  readonly #inactive: InactiveAccounts;
  /** What to call when the state changes. */
  readonly #waiting: (() => void)[] = [];
}

export namespace AuthStore {
  export interface IOptions {
    /** In the order in which they are asked for a sign-in. */
    readonly providers: readonly ITokenProvider[];
    /** Null if tabs share no sign-in. */
    readonly tabs: IOtherTabs | null;
    readonly broadcast: SignOutBroadcast;
    /** Returns the kind of state without an account. */
    readonly signedOut: () => 'signed-out' | 'signing-out' | 'searching' | 'not-configured';
    readonly state: () => AzureAuthState;
    readonly setState: (state: AzureAuthState) => void;
  }
}
