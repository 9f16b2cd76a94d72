import type { ISignal } from '@lumino/signaling';
import type { IIdentityCandidate, IStoredSignIns } from '../auth/page-auth';
import type {
  IAzureAccount,
  IAzureSignedIn,
  IAzureToken,
  IAzureTokenRequest,
  IDeviceCode,
  SourceName,
  SignInMethodName
} from '../tokens';

/** Remembers a sign-in and returns tokens for it. The session does not know how. */
export interface ITokenProvider {
  /** Name of the cloud that it signs in to, e.g. `AzureCloud`. */
  readonly cloud: string;

  /**
   * Find a sign-in that was made before this page was loaded, or in another one.
   *
   * @throws AzureAuthError `sign_in_required` if a refusal has ended it, with the refusal's number.
   */
  restore(): Promise<ISignIn | null>;

  /**
   * Return a token without prompting the user.
   *
   * @throws AzureAuthError `sign_in_required` or `consent_required` if only the user can resolve
   * it.
   */
  getToken(request: ISilentRequest): Promise<IAzureToken>;

  /**
   * Drop everything that is stored about the current account and earlier ones.
   *
   * @param elsewhere - Whether another tab has already signed out. Then what all tabs share is
   * gone, or is already a new sign-in.
   */
  clear(elsewhere: boolean): Promise<void>;

  /** Sign-ins of other accounts; absent if this provider holds one account at most. */
  readonly accounts?: IOtherAccounts | undefined;
}

/** Sign-ins that the user can switch to without signing in again, and the one that has expired. */
export interface IOtherAccounts {
  /** Id of the account whose sign-in has expired, and that was not signed out; absent if none. */
  readonly expiredId?: string | undefined;
  /** Latest first. */
  readonly others: readonly ISignIn[];
  /**
   * Make one of `others` the sign-in that `restore` returns.
   *
   * @throws AzureAuthError if the server extension that holds them does not.
   */
  switchTo(accountId: string): Promise<void>;
  /**
   * Sign out of one of `others`.
   *
   * @throws AzureAuthError if the server extension that holds it does not answer.
   */
  signOut(accountId: string): Promise<void>;
  /** Drop one of `others`, which another tab has signed out, or a refusal has ended. */
  forget(accountId: string): Promise<void>;
}

/** The sign-ins of other tabs of this browser, which give this one their access tokens. */
export interface IOtherTabs {
  readonly provider: ITokenProvider;

  /**
   * Ask the other tabs who is signed in.
   *
   * @param current - Id of the account that this tab uses, if any: preferred if there are several.
   * @returns Null if none is, or several accounts are: the user decides between them.
   * @throws If it is unknown.
   */
  find(current: string | null): Promise<ISignIn | null>;

  /** Tell the other tabs that this one has signed in. */
  announce(): void;

  /** Whether a change of this browser's storage shows that another tab has signed in. */
  isAnnouncement(event: StorageEvent): boolean;
}

/** What the server extension holds, for all browsers of its owner, and operations on it. */
export interface IServerTokens {
  readonly provider: ITokenProvider;

  /** Whether a sign-out is not confirmed yet. */
  readonly isSigningOut: boolean;

  /** Emits each session that the server extension has reported to this page. */
  readonly answered: ISignal<unknown, IServerSession>;

  /**
   * Request the session.
   *
   * @param refresh - Make the extension look for an ambient identity again.
   */
  fetchSession(refresh?: boolean): Promise<IServerSession>;

  /** Make the extension keep the sign-in across its restarts, or forget the stored one. */
  persist(enabled: boolean): Promise<void>;

  /** Restore the sign-in of another server of this user; rejects if that is gone. */
  continueAs(id: string): Promise<void>;
}

/** The session of the server extension. */
export interface IServerSession {
  readonly signIn: ISignIn | null;
  /**
   * Whether a refusal has ended the sign-in that was active, and the user has not acted since. No
   * other account takes its place.
   */
  readonly hasEnded: boolean;
  /** Number of that refusal; null if there is none. */
  readonly endedBy: string | null;
  /** Whether the extension is still looking for an ambient identity: poll again soon. */
  readonly isSearching: boolean;
  /** Sign-ins of other accounts, latest first. */
  readonly others: readonly ISignIn[];
  readonly candidates: readonly IIdentityCandidate[];
  readonly stored: IStoredSignIns;
  /** Changes with the session; null from a server extension that does not count. */
  readonly generation: number | null;
}

/** An interactive way to sign in. */
export interface ISignInMethod {
  readonly name: SignInMethodName;
  /** The provider that holds the sign-in once it is made. */
  readonly provider: ITokenProvider;

  /**
   * Prompt the user. A window, if there is one, is opened before this returns: inside the click.
   *
   * @param current - The account that is signed in already and may only have a further question to
   * answer.
   * @param signal - Ends the wait when the user cancels.
   * @throws AzureAuthError with the problem to show; an `AbortError` after `signal`.
   */
  signIn(
    request: IAzureTokenRequest | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    events: ISignInEvents
  ): Promise<ISignIn>;
}

/** Events during a sign-in. */
export interface ISignInEvents {
  /** The window seems to be closed; the sign-in may still succeed. */
  readonly onPopupMaybeClosed: () => void;
  /** The window is open, and can be brought to the front. */
  readonly onWindow?: (opened: Pick<Window, 'closed' | 'focus'>) => void;
  /** There is a code for the user to enter. */
  readonly onDeviceCode: (code: IDeviceCode) => void;
}

/** A sign-in of a user, or an ambient identity. */
export interface ISignIn {
  readonly account: IAzureAccount;
  readonly source: SourceName;
  readonly ambient: boolean;
  readonly persistedIn: IAzureSignedIn['persistedIn'];
  readonly persistableIn: 'keychain' | 'file' | null;
  /**
   * When it was made, in milliseconds since the epoch; when it was found, if a clock other than
   * this browser's recorded the former.
   */
  readonly signedInAt: number;
  /** When its tab began to use it, in the same unit; absent if that was at `signedInAt`. */
  readonly activeSince?: number | undefined;
  /** When the user has to sign in again, in the same unit; null if use prolongs it. */
  readonly expiresAt: number | null;
  /** Tenant of requests that name none, if another tab has it chosen. */
  readonly chosenTenantId?: string | undefined;
}

export interface ISilentRequest extends Omit<IAzureTokenRequest, 'account'> {
  /** The account that is signed in, not only the requested one. */
  readonly account: IAzureAccount;
  readonly force: boolean;
  readonly enableCae: boolean;
}
