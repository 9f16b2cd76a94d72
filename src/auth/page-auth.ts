import type { ISignal } from '@lumino/signaling';
import type { ISignIn } from '../providers/provider';
import type {
  AzureAuthState,
  IAzureAccount,
  IAzureAuth,
  IAzureTokenRequest,
  SignInMethodName
} from '../tokens';

/**
 * The sign-in of this page as this package uses it. Other extensions get an object with the members
 * of `IAzureAuth` only.
 */
export interface IPageAuth extends IAzureAuth {
  /** Number of interactive sign-ins in this page; grows before `state` contains the account. */
  readonly signInCount: number;

  /** The sign-in methods, best first; empty until the configuration is read. */
  readonly methods: readonly IAzureSignInMethod[];

  /** Every source in order of preference, and why it is or is not used. */
  readonly candidates: readonly IIdentityCandidate[];

  /** Stored sign-ins that the server extension does not use. */
  readonly stored: IStoredSignIns;

  /** Emits after `candidates` or `stored` was replaced, and if the server has other accounts now. */
  readonly candidatesChanged: ISignal<IPageAuth, void>;

  /**
   * Prepare a sign-in: read the configuration, load the sign-in library, find an existing sign-in
   * of this tab. Call it when a sign-in becomes likely (the panel is shown, a kernel asks), so that
   * the click still has the browser's user gesture. Calling it again is cheap.
   */
  prepare(): Promise<void>;

  /**
   * Prompt the user to sign in.
   *
   * @param method - The user's choice among `methods`; if absent, the best available one that opens
   * a window. A sign-in with a code starts in the panel only.
   */
  signIn(request?: IAzureTokenRequest | null, method?: SignInMethodName): Promise<AzureAuthState>;

  /** Bring the window of the sign-in in progress to the front, inside a click. */
  showWindow(): void;

  /** Cancel the sign-in in progress, if any. */
  cancel(): void;

  /**
   * Report that no caller waits for a token any longer: a problem that concerned only that token
   * disappears from the panel. A problem that has ended the sign-in stays.
   */
  withdraw(request: IAzureTokenRequest): void;

  /** The sign-ins that this tab itself holds, for its other tabs too; the active one first. */
  readonly own: readonly ISignIn[];

  /** Other accounts signed in, in this tab or at the server, that can be switched to. */
  readonly others: readonly IAzureAccount[];

  /**
   * Return the account whose token a request gets; null if the user has to sign in first.
   *
   * @param wanted - User name or account id that the request names; any account of this page can be
   * it. The active account if absent.
   */
  accountFor(wanted?: string): IAzureAccount | null;

  /**
   * Return the tenant that the user has chosen for tokens of that account's requests that name none;
   * undefined for the account's own.
   *
   * @param wanted - As for `accountFor`.
   */
  chosenTenantFor(wanted?: string): string | undefined;

  /**
   * Choose that tenant, for this tab and those that use its sign-in. Kernels drop the previous
   * tenant's tokens and get the chosen one's on their next request.
   *
   * @param accountId - Of the active account; nothing changes if it is no longer active.
   * @param tenantId - A GUID; null for the account's own tenant.
   */
  chooseTenant(accountId: string, tenantId: string | null): void;

  /**
   * Act as one of `others`, without signing in again. Kernels drop the previous account's tokens
   * and get the new account's on their next request.
   *
   * @throws AzureAuthError if the server extension, which holds them, does not answer.
   */
  switchTo(accountId: string): Promise<void>;

  /**
   * Sign out of one of `others`, in all tabs. Kernels drop its tokens; the other accounts stay.
   *
   * @throws AzureAuthError if the server extension, which holds it, does not answer.
   */
  signOutOf(accountId: string): Promise<void>;

  /** Make the server extension look for an ambient identity again. */
  retryAmbient(): Promise<void>;

  /**
   * Make the server extension keep the sign-in across its restarts, or forget the stored one.
   *
   * @throws ServerExtensionError if it could not.
   */
  persist(enabled: boolean): Promise<void>;

  /**
   * Also sign in at this server, with one of `stored.restorable`.
   *
   * @param id - Of the restorable sign-in.
   * @throws ServerExtensionError if it is no longer offered.
   */
  continueAs(id: string): Promise<void>;
}

/** Sign-ins in the keychain or file that this server does not use. */
export interface IStoredSignIns {
  /** Whether an ended sign-in is still stored; the server extension retries until it is erased. */
  readonly erasing: boolean;
  /** Sign-ins at other servers of this user, latest first. */
  readonly restorable: readonly IRestorable[];
}

export const NOTHING_STORED: IStoredSignIns = { erasing: false, restorable: [] };

export interface IRestorable {
  readonly id: string;
  readonly account: IAzureAccount;
}

/** An interactive way to sign in, and what users see of it. */
export interface IAzureSignInMethod {
  readonly name: SignInMethodName;
  /** Why it is unavailable to this page; null if it is available. */
  readonly obstacle: SignInObstacle | null;
  /** The exact address that a window returns to; null if there is none. */
  readonly redirectUri: string | null;
  /** Host of an authority that is not one of Microsoft's clouds; null otherwise. */
  readonly customAuthority: string | null;
  /** The app name that Microsoft shows, if it is another app's; null otherwise. */
  readonly appName: string | null;
}

/** Why a sign-in method is unavailable to a page. */
export type SignInObstacle =
  /** This JupyterLab has no server extension that could hold the sign-in. */
  | 'no_extension'
  /** The administrator left it out of `sources`, or the server extension is too old to have it. */
  | 'not_allowed'
  /** There is no app registration to sign in with. */
  | 'no_client_id'
  /** The page is not on this computer, as far as the browser can tell. */
  | 'not_local'
  /** The page is on 127.0.0.1 or [::1]; Entra takes `localhost` only. */
  | 'not_localhost'
  /** A proxy or a port forward serves `/` of this origin, and does not pass it on to Jupyter. */
  | 'root_is_not_ours';

/** A candidate, as a line of the answer to "Why this identity?" */
export interface IIdentityCandidate {
  /** A `SourceName`, or another name from a newer server extension. */
  readonly source: string;
  readonly outcome: 'selected' | 'unavailable' | 'skipped';
  /** A sentence of the server extension, with what to do about it; contains no secret. */
  readonly reason: string | null;
  /** Whether the machine should have this identity, and the user can do what `reason` says. */
  readonly fixable?: true;
}
