import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/**
 * The Azure sign-in of a JupyterLab application, and the only way to its tokens. It is a
 * `TokenCredential`, so any Azure SDK client accepts it.
 */
export interface IAzureAuth extends TokenCredential {
  /** The current state. Replaced as a whole, never changed in place. */
  readonly state: AzureAuthState;

  /** Emits the new `state`, after it was replaced. */
  readonly stateChanged: ISignal<IAzureAuth, AzureAuthState>;

  /** Number of interactive sign-ins in this page; grows before `state` contains the account. */
  readonly signInCount: number;

  /** The sign-in methods, best first; empty until the configuration is read. */
  readonly methods: readonly IAzureSignInMethod[];

  /** Every source in order of preference, and why it is used or not. */
  readonly candidates: readonly IIdentityCandidate[];

  /** Stored sign-ins that the server extension does not use. */
  readonly stored: IStoredSignIns;

  /** Emits after `candidates` or `stored` was replaced. */
  readonly candidatesChanged: ISignal<IAzureAuth, void>;

  /**
   * Prepare a sign-in: read the configuration, load the sign-in library, find an existing sign-in
   * of this tab. Call it when a sign-in becomes likely (the panel is shown, a kernel asks), so that
   * the click still has the browser's user gesture. Calling it again is cheap.
   */
  prepare(): Promise<void>;

  /**
   * Return an access token, without ever opening a window. Concurrent calls for the same token
   * share one request.
   *
   * @param scopes - At least one, all of one resource, e.g. `https://storage.azure.com/.default`.
   * @param options - Tenant, claims, and what else the token has to meet.
   * @returns A valid token, renewed first if less than 5 minutes are left.
   * @throws AzureAuthError `sign_in_required` or `consent_required` if only the user can resolve
   * it, `wrong_tenant` if the account has no token of the tenant, `unavailable` if there can be no
   * token now (no configuration, no network), `failed` otherwise.
   */
  getToken(scopes: string | string[], options?: IAzureTokenOptions): Promise<IAzureToken>;

  /**
   * Prompt the user to sign in. Call it inside the click, before any `await`: browsers open popups
   * only for clicks.
   *
   * @param request - What the sign-in is for, so that the user can consent to it at once.
   * @param method - The user's choice among `methods`; if absent, the best available one that opens
   * a window. A sign-in with a code starts in the panel only.
   * @returns The resulting state; a sign-in that fails or is cancelled is a state, not a rejection.
   */
  signIn(request?: IAzureTokenRequest | null, method?: SignInMethodName): Promise<AzureAuthState>;

  /** Cancel the sign-in in progress, if any. */
  cancel(): void;

  /**
   * Sign out in every tab of this browser and in every kernel. Safe to call again. If the machine
   * has an identity, kernels use that from now on.
   *
   * @throws AzureAuthError `unavailable` if the server extension has not confirmed it. It is asked
   * again until it does; until then the state is `signing-out`.
   */
  signOut(): Promise<void>;

  /**
   * Report that no caller waits for a token any more: a problem that concerned only that token
   * disappears from the panel. A problem that has ended the sign-in stays.
   */
  withdraw(request: IAzureTokenRequest): void;

  /** Make the server extension look for an ambient identity again. */
  retryAmbient(): Promise<void>;

  /**
   * Make the server extension keep the sign-in across its restarts, or forget the stored one.
   *
   * @throws ServerExtensionError if it could not.
   */
  persist(enabled: boolean): Promise<void>;

  /**
   * Sign in at this server, too, with one of `stored.restorable`.
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

/** A token and its account. `expiresOnTimestamp` is in milliseconds since the epoch. */
export interface IAzureToken extends AccessToken {
  readonly account: IAzureAccount;
}

/** What a token is requested for. */
export interface IAzureTokenRequest {
  readonly scopes: readonly string[];
  /** Tenant to ask, by GUID or domain; the account's home tenant if absent. */
  readonly tenantId?: string;
  /** Claims challenge of the resource, as JSON; never answered from a cache. */
  readonly claims?: string;
  /** User name or account id that must be signed in. For comparison only, never shown. */
  readonly account?: string;
  /** Whether the user has to choose an account, even if one is signed in. */
  readonly prompt?: boolean;
}

/** The options of `@azure/core-auth`, and what else kernels can request. */
export interface IAzureTokenOptions extends GetTokenOptions {
  /** User name or account id that must be signed in. */
  readonly account?: string;
  /** Name of the cloud that must be signed in to, e.g. `AzureCloud`. */
  readonly cloud?: string;
  /** Bypass every cache and get a new token. */
  readonly force?: boolean;
  /** Take no token of an identity of the machine: `sign_in_required` if there is no other. */
  readonly requireUser?: boolean;
}

/** An account, as the identity platform names it. */
export interface IAzureAccount {
  /** `<object id>.<home tenant id>`: stable, unlike the user name. */
  readonly id: string;
  /** Display name, or the user name if the directory has none. */
  readonly name: string;
  readonly username: string;
  readonly tenantId: string;
}

/** Interactive methods: a window or a code. */
export type SignInMethodName = 'popup' | 'loopback' | 'device-code';

/** Where an identity can come from, by the names in the settings. */
export type SourceName = 'managed-identity' | 'connect-to-azure' | 'azure-cli' | SignInMethodName;

/** Why a sign-in method is unavailable to a page. */
export type SignInObstacle =
  /** This JupyterLab has no server extension that could hold the sign-in. */
  | 'no_extension'
  /** The administrator left it out of `sources`, or the server extension is too old to have it. */
  | 'not_allowed'
  /** There is no app registration to sign in with. */
  | 'no_client_id'
  /** The page is not on this computer, as far as the browser knows. */
  | 'not_local'
  /** The page is on 127.0.0.1 or [::1]; Entra takes `localhost` only. */
  | 'not_localhost'
  /** A proxy or a port forward serves `/` of this origin, and does not pass it on to Jupyter. */
  | 'root_is_not_ours';

/** Every state of a session. A new `kind` fails to compile wherever it is not handled. */
export type AzureAuthState =
  /** Nothing is known yet: the configuration is read on first use. */
  | { readonly kind: 'starting' }
  /** No sign-in method is available to this page; `methods` say why. */
  | { readonly kind: 'not-configured' }
  | { readonly kind: 'signed-out' }
  /** No account is signed in here, but the server extension has not confirmed the sign-out yet. */
  | { readonly kind: 'signing-out' }
  /** No account is signed in; the server extension is still looking for an ambient identity. */
  | { readonly kind: 'searching' }
  | {
      readonly kind: 'signing-in';
      readonly method: SignInMethodName;
      /** The code to enter, once available; for the method `device-code` only. */
      readonly deviceCode: IDeviceCode | null;
    }
  | IAzureSignedIn
  /** The last attempt failed; `signedIn` is the account that is still signed in, if any. */
  | {
      readonly kind: 'needs-attention';
      readonly problem: IAzureProblem;
      readonly signedIn: IAzureSignedIn | null;
    };

/** A candidate, as a line of the answer to "why this identity?". */
export interface IIdentityCandidate {
  /** A `SourceName`, or another name from a newer server extension. */
  readonly source: string;
  readonly outcome: 'selected' | 'unavailable' | 'skipped';
  /** A sentence of the server extension, with what to do about it; contains no secret. */
  readonly reason: string | null;
  /** Whether the machine should have this identity, and the user can do what `reason` says. */
  readonly fixable?: true;
}

/** A code that the user enters on a page of the authority, on any device. */
export interface IDeviceCode {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface IAzureSignedIn {
  readonly kind: 'signed-in';
  readonly account: IAzureAccount;
  readonly source: SourceName;
  /** Whether it is an ambient identity, which no user signed in and no user can sign out. */
  readonly ambient: boolean;
  /**
   * Where it is stored: in this tab, or by the server extension in memory, a keychain or a file.
   */
  readonly persistedIn: 'tab' | 'memory' | 'keychain' | 'file';
  /** Where the server extension could store it across its restarts; null if nowhere. */
  readonly persistableIn: 'keychain' | 'file' | null;
  /**
   * When the user has to sign in again, in milliseconds since the epoch; null if use prolongs it.
   */
  readonly expiresAt: number | null;
}

/**
 * Why there is no token; the subset of the wire's codes that a session can throw. `denied` is for
 * kernels only: the user does not let them have it.
 */
export type AzureAuthErrorCode =
  'sign_in_required' | 'consent_required' | 'denied' | 'wrong_tenant' | 'unavailable' | 'failed';

/** What `getToken` rejects with. Its message is for developers and holds codes only. */
export interface IAzureAuthError extends Error {
  readonly name: 'AzureAuthError';
  readonly code: AzureAuthErrorCode;
  readonly problem: IAzureProblem;
}

/** Whether an error is of this package; also of another copy of it. */
export function isAzureAuthError(error: unknown): error is IAzureAuthError {
  return error instanceof Error && error.name === 'AzureAuthError';
}

/** Why a sign-in or a token failed. The texts for users are in `auth/messages.ts`. */
export interface IAzureProblem {
  readonly code: AzureProblemCode;
  /**
   * An AADSTS number, a library's error code, the name of a setting or a cloud, or the id of a
   * tenant; never a text.
   */
  readonly detail: string | null;
  /**
   * What the server extension says about its configuration: a sentence that names a trait, no
   * values.
   */
  readonly sentence?: string;
  /**
   * What the server extension says about an ambient identity: why it has no token, and what helps.
   * Or Azure's sentence about an AADSTS number that is not in the catalog.
   */
  readonly explanation?: string;
  /** The request to Azure that failed, if any. */
  readonly trace?: IProblemTrace;
  /** The token request that failed because of it, if any. */
  readonly request: IAzureTokenRequest | null;
}

/** What an administrator needs to find a failed request in Entra's sign-in logs. No secrets. */
export interface IProblemTrace {
  /** In UTC, as in ISO 8601. */
  readonly time: string;
  readonly clientId: string;
  /** The tenant that was asked, as in its address: an id, a domain or `organizations`. */
  readonly tenantId: string;
  /** The id of the request in those logs; null if it has none. */
  readonly correlationId: string | null;
}

export type AzureProblemCode =
  | 'popup_blocked'
  | 'popup_closed'
  | 'timed_out'
  | 'cancelled'
  | 'consent_declined'
  | 'refused'
  | 'resource_not_allowed'
  | 'kernel_access_denied'
  | 'access_revoked'
  | 'wrong_tenant'
  | 'unknown_tenant'
  | 'consent_required'
  | 'interaction_required'
  | 'sign_in_ended'
  | 'device_code_forbidden'
  | 'device_code_expired'
  | 'wrong_redirect_uri'
  | 'insecure_page'
  | 'bad_configuration'
  | 'not_configured'
  | 'other_cloud'
  | 'library_missing'
  | 'network'
  | 'busy'
  | 'untrusted_certificate'
  | 'keychain'
  | 'no_answer'
  | 'failed';

/** Token requests and grants of this page's kernels. */
export interface IAzureKernelTokens {
  /** Cells that wait for the user, oldest first. */
  readonly waiting: readonly IWaitingRequest[];
  /** Tokens that kernels hold, newest first. */
  readonly grants: readonly IKernelGrant[];
  /** Emits after `waiting` or `grants` was replaced. */
  readonly changed: ISignal<IAzureKernelTokens, void>;
  /** Decline a waiting cell's request; its kernel cannot ask the user again for a minute. */
  refuse(request: IWaitingRequest): void;
  /**
   * Let the kernel of a waiting cell act as the signed-in user, if `question` is `share` or
   * `access`.
   *
   * @param everything - All resources, not only that of the request.
   */
  allow(request: IWaitingRequest, everything?: boolean): void;
  /** Make a kernel forget its tokens, and refuse it new ones until the user allows it again. */
  revoke(kernelId: string): Promise<void>;
}

export interface IWaitingRequest {
  readonly requestId: string;
  readonly kernelId: string;
  /** The name of the notebook or console, from JupyterLab's own model, never from the kernel. */
  readonly label: string;
  readonly request: IAzureTokenRequest;
  /**
   * `prompt`: the user must sign in even if an account is signed in.
   * `share`: others use this kernel too, so the user is asked even when signed in.
   * `access`: the user wants to be asked for each kernel and resource.
   */
  readonly question: 'sign-in' | 'prompt' | 'consent' | 'share' | 'access';
}

export interface IKernelGrant {
  readonly kernelId: string;
  readonly label: string;
  /** Path of the notebook, or of the console; empty if unknown. */
  readonly path: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export const IAzureAuth = new Token<IAzureAuth>(
  'jupyter-azure-auth:IAzureSession',
  'The Azure sign-in of this application.'
);

export const IAzureKernelTokens = new Token<IAzureKernelTokens>(
  'jupyter-azure-auth:IAzureKernels',
  'Token requests and grants of kernels.'
);
