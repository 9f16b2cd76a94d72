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

  /**
   * Return an access token, without ever opening a window. Concurrent calls for the same token
   * share one request.
   *
   * @param scopes - At least one, all of one resource, e.g. `https://storage.azure.com/.default`.
   * @param options - Tenant, claims, and what else the token has to meet.
   * @returns A valid token, renewed first if less than 5 minutes are left.
   * @throws AzureAuthError `sign_in_required` or `consent_required` if only the user can resolve
   * it, `wrong_tenant` if the account cannot get a token from the tenant, `unavailable` if there
   * can be no token now (no configuration, no network), `failed` otherwise.
   */
  getToken(scopes: string | string[], options?: IAzureTokenOptions): Promise<IAzureToken>;

  /**
   * Prompt the user to sign in. Call it inside the click, before any `await`: browsers open popups
   * only for clicks.
   *
   * @param request - What the sign-in is for, so that the user can consent to it at once.
   * @returns The resulting state; a sign-in that fails or is cancelled is a state, not a rejection.
   */
  signIn(request?: IAzureTokenRequest | null): Promise<AzureAuthState>;

  /**
   * Sign out in every tab of this browser and in every kernel. Safe to call again. If the machine
   * has an identity, kernels use that from now on.
   *
   * @throws AzureAuthError `unavailable` if the server extension has not confirmed it. It is asked
   * again until it does; until then the state is `signing-out`.
   */
  signOut(): Promise<void>;
}

/** The tokens of this page's kernels. Only the user decides about their requests. */
export interface IAzureKernelTokens {
  /** Tokens that kernels hold, newest first. */
  readonly grants: readonly IKernelGrant[];
  /** Emits after `grants` was replaced. */
  readonly changed: ISignal<IAzureKernelTokens, void>;
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
  /** Accept no token of a machine identity: `sign_in_required` if there is no other. */
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
   * Where it is stored: in this tab, in another tab that gives this one its access tokens, or by the
   * server extension in memory, a keychain or a file.
   */
  readonly persistedIn: 'tab' | 'other-tab' | 'memory' | 'keychain' | 'file';
  /** Where the server extension could store it across its restarts; null if nowhere. */
  readonly persistableIn: 'keychain' | 'file' | null;
  /**
   * When the user has to sign in again, in milliseconds since the epoch; null if use prolongs it.
   */
  readonly expiresAt: number | null;
  /**
   * Tenant that the user has chosen for tokens of requests that name none; absent for the account's
   * own.
   */
  readonly chosenTenantId?: string;
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

/** Whether an error is from this package, or from another copy of it. */
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
   * What the server extension says about an ambient identity: why it has no token and how to fix
   * it. Otherwise, Azure's sentence about an AADSTS number that is not in the catalog.
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
  /** The tenant in the address of the request: an id, a domain or `organizations`. */
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
  | 'agent_access_denied'
  | 'access_revoked'
  | 'wrong_tenant'
  | 'unknown_tenant'
  | 'consent_required'
  | 'interaction_required'
  | 'sign_in_ended'
  | 'other_tab_closed'
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
  | 'forbidden'
  | 'foreign_origin'
  | 'failed';

/** A token that a kernel holds, without the token itself. */
export interface IKernelGrant {
  readonly kernelId: string;
  readonly label: string;
  /** Path of the notebook, or of the console; empty if unknown. */
  readonly path: string;
  readonly scopes: readonly string[];
  /** User name of the token's account; absent if the page does not know it. */
  readonly username?: string;
  /** Whether it was a program that ran the cell, through a connection of its own to the kernel. */
  readonly byProgram?: boolean;
  /** Milliseconds since the epoch. */
  readonly grantedAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export const IAzureAuth = new Token<IAzureAuth>(
  'jupyter-azure-auth:IAzureAuth',
  'The Azure sign-in of this application.'
);

export const IAzureKernelTokens = new Token<IAzureKernelTokens>(
  'jupyter-azure-auth:IAzureKernelTokens',
  'The tokens that kernels hold.'
);
