import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

/**
 * Who is signed in to Azure, and the only way to a token: one per JupyterLab application. Being a
 * `TokenCredential`, it can be handed to any Azure SDK client as it is.
 */
export interface IAzureSession extends TokenCredential {
  /** Where the session stands. Replaced as a whole, never changed in place. */
  readonly state: AzureSessionState;

  /** Emits the new `state`, after it was replaced. */
  readonly stateChanged: ISignal<IAzureSession, AzureSessionState>;

  /** How often somebody has signed in by hand in this page; grows before `state` says who. */
  readonly signIns: number;

  /** How the user can sign in, best first; none as long as the configuration is not read. */
  readonly ways: readonly IAzureWay[];

  /** Every source that the server half has considered, in order, and why it is used or not. */
  readonly considered: readonly IConsidered[];

  /** What the server half has stored of sign-ins that it does not use. */
  readonly stored: IStoredSignIns;

  /** Emits after `considered` or `stored` was replaced. */
  readonly consideredChanged: ISignal<IAzureSession, void>;

  /**
   * Get ready to ask: read the configuration, load the sign-in library, find a sign-in that this
   * tab already has. To be called when a sign-in becomes likely (the panel is shown, a kernel
   * asks), so that the click still owns the browser's user gesture. Cheap to call again.
   */
  prepare(): Promise<void>;

  /**
   * Get an access token without ever opening a window. Concurrent calls for the same token share
   * one request.
   *
   * @param scopes - At least one, all of one resource, e.g. `https://storage.azure.com/.default`.
   * @returns A valid token, renewed first when less than 5 minutes are left.
   * @throws AzureAuthError `sign_in_required` or `consent_required` when only the user can go on,
   * `unavailable` when nobody can answer now (no configuration, no network), `failed` otherwise.
   */
  getToken(scopes: string | string[], options?: IAzureTokenOptions): Promise<IAzureToken>;

  /**
   * Ask the user to sign in. To be called inside the click, before any `await`: browsers open
   * popups for clicks only.
   *
   * @param need - What the sign-in is for, so that the user consents to it in the same go.
   * @param way - The user's own choice among `ways`; if absent, the best one that is open and
   * opens a window. A sign-in with a code begins in the panel only.
   * @returns The state it ended in; a sign-in that fails or is cancelled is a state, no rejection.
   */
  signIn(need?: IAzureTokenNeed | null, way?: WayName): Promise<AzureSessionState>;

  /** Give up the sign-in that is under way; nothing happens if none is. */
  cancel(): void;

  /**
   * Forget the user in every tab of this browser and in every kernel. Safe twice. Where the machine
   * has an identity of its own, kernels act as that from now on.
   *
   * @throws AzureAuthError `unavailable` where the server half has not confirmed it. It is asked
   * again until it does; meanwhile the state is `signing-out`.
   */
  signOut(): Promise<void>;

  /**
   * Say that nobody waits for a token any more: a problem that was about it alone is moot, and
   * gone from the panel. What has ended the sign-in stays.
   */
  withdraw(need: IAzureTokenNeed): void;

  /** Have the server half look for an identity of the machine once more. */
  tryAgain(): Promise<void>;

  /**
   * Have the server half keep the sign-in across its restarts, or forget what it has kept.
   *
   * @throws ServerHalfError when it could not.
   */
  keep(keep: boolean): Promise<void>;

  /**
   * Sign in here, too, as one of `stored.restorable`.
   *
   * @throws ServerHalfError when it is not offered any more.
   */
  continueAs(id: string): Promise<void>;
}

/** Sign-ins in the keychain or file that nobody uses at this server. */
export interface IStoredSignIns {
  /** Whether one that was ended is still there; the server half tries to erase it until it can. */
  readonly erasing: boolean;
  /** Who is signed in at other servers of this user, the latest first. */
  readonly restorable: readonly IRestorable[];
}

export interface IRestorable {
  readonly id: string;
  readonly account: IAzureAccount;
}

/** A way to sign in by hand, and what users see of it. */
export interface IAzureWay {
  readonly name: WayName;
  /** Why it is not open to this page; null if it is. */
  readonly obstacle: WayObstacle | null;
  /** The exact address that a window comes back to; null where there is none. */
  readonly redirectUri: string | null;
  /** Host of an authority that is not one of Microsoft's clouds; null otherwise. */
  readonly foreignAuthority: string | null;
  /** The name that Microsoft shows for a sign-in, where it is another app's; null otherwise. */
  readonly shownAs: string | null;
}

/** A token, and on whose behalf. `expiresOnTimestamp` is in milliseconds since the epoch. */
export interface IAzureToken extends AccessToken {
  readonly account: IAzureAccount;
}

/** What a token is wanted for. */
export interface IAzureTokenNeed {
  readonly scopes: readonly string[];
  /** Directory to ask, a GUID or a domain; the account's own if absent. */
  readonly tenantId?: string;
  /** Claims challenge of the resource, JSON; never answered from a cache. */
  readonly claims?: string;
  /** User name or account id that must be the one signed in. To compare with, never to show. */
  readonly account?: string;
  /** The user is to choose who they are, even if somebody is signed in. */
  readonly anew?: boolean;
}

/** `@azure/core-auth`'s options, and what kernels may ask for besides. */
export interface IAzureTokenOptions extends GetTokenOptions {
  /** User name or account id that must be the one signed in. */
  readonly account?: string;
  /** Name of the cloud that must be the one signed in to, e.g. `AzureCloud`. */
  readonly cloud?: string;
  /** Skip every cache and get a new token. */
  readonly force?: boolean;
}

/** Somebody who is signed in, as the identity platform names them. */
export interface IAzureAccount {
  /** `<object id>.<home tenant id>`: stable, unlike the user name. */
  readonly id: string;
  /** Display name, or the user name where the directory has none. */
  readonly name: string;
  readonly username: string;
  readonly tenantId: string;
}

/** What only the user can do: sign in, in a window or by a code. */
export type WayName = 'popup' | 'loopback' | 'device-code';

/** Where an identity can come from, by the name that users see in the settings. */
export type SourceName = 'managed-identity' | 'connect-to-azure' | 'azure-cli' | WayName;

/** Why a way to sign in is not open to a page. */
export type WayObstacle =
  /** This JupyterLab has no server half that could hold the sign-in. */
  | 'no_server_half'
  /** The administrator has left it out of `sources`, or the server half is too old to have it. */
  | 'not_allowed'
  /** There is no app registration to sign in with. */
  | 'no_client_id'
  /** The page is not on this computer, as far as the browser knows. */
  | 'not_local'
  /** The page is on 127.0.0.1 or [::1]; Entra takes `localhost` only. */
  | 'not_localhost'
  /** A proxy or a port forward sits at `/` of this origin, and does not hand it to Jupyter. */
  | 'root_is_not_ours';

/** Every way a session can stand. A new `kind` fails to compile wherever it is not handled. */
export type AzureSessionState =
  /** Not looked yet: the configuration is read when somebody needs it. */
  | { readonly kind: 'starting' }
  /** No way to sign in is open to this page; `ways` say why. */
  | { readonly kind: 'not-configured' }
  | { readonly kind: 'signed-out' }
  /** Nobody is signed in here; the server half has not confirmed yet that it holds nobody either. */
  | { readonly kind: 'signing-out' }
  /** Nobody is signed in; the server half still looks whether the machine has an identity. */
  | { readonly kind: 'looking' }
  | {
      readonly kind: 'signing-in';
      readonly way: WayName;
      /** What the user has to type in, once it is there; of the way `device-code` only. */
      readonly deviceCode: IDeviceCode | null;
    }
  | IAzureSignedIn
  /** The last attempt failed; `account` is who is still signed in, if anybody. */
  | {
      readonly kind: 'needs-attention';
      readonly problem: IAzureProblem;
      readonly signedIn: IAzureSignedIn | null;
    };

/** A source that was considered, as a line of the answer to "why this identity?". */
export interface IConsidered {
  /** A `SourceName`; of a newer server half, perhaps another name. */
  readonly source: string;
  readonly outcome: 'used' | 'not_used' | 'not_asked';
  /** A sentence of the server half, with what to do about it; holds no secret. */
  readonly reason: string | null;
  /** The machine should have this identity, and its user can do what `reason` says. */
  readonly fixable?: true;
}

/** A code that its user takes to a page of the authority, on whatever device. */
export interface IDeviceCode {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Milliseconds since the epoch. */
  readonly expiresOn: number;
}

export interface IAzureSignedIn {
  readonly kind: 'signed-in';
  readonly account: IAzureAccount;
  readonly source: SourceName;
  /** Whether it is the identity of the machine, which nobody signed in and nobody can sign out. */
  readonly automatic: boolean;
  /** Who remembers it: this tab, or the server half in its memory, a keychain or a file. */
  readonly kept: 'tab' | 'memory' | 'keychain' | 'file';
  /** What the server half could keep it in across its restarts; null if in nothing. */
  readonly keeps: 'keychain' | 'file' | null;
  /** When the user has to sign in again, in milliseconds since the epoch; null if use prolongs it. */
  readonly endsOn: number | null;
}

/** Why a sign-in or a token failed. The texts for users are in `session/problems.ts`. */
export interface IAzureProblem {
  readonly code: AzureProblemCode;
  /**
   * An AADSTS number, a library's error code, the name of a setting or a cloud, the id of a tenant;
   * never a text.
   */
  readonly detail: string | null;
  /** What the server half says of its configuration: a sentence that names a trait, no values. */
  readonly sentence?: string;
  /** What the server half says of the machine's identity: why it has no token, and what helps. */
  readonly explanation?: string;
  /** What could not be used because of it, if a token was asked for. */
  readonly need: IAzureTokenNeed | null;
}

export type AzureProblemCode =
  | 'popup_blocked'
  | 'popup_closed'
  | 'timed_out'
  | 'cancelled'
  | 'refused'
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

/** What kernels of this page want and have been given. */
export interface IAzureKernels {
  /** Cells that wait for their user, oldest first. */
  readonly waiting: readonly IWaitingRequest[];
  /** Tokens that kernels hold, newest first. */
  readonly grants: readonly IKernelGrant[];
  /** Emits when `waiting` or `grants` was replaced. */
  readonly changed: ISignal<IAzureKernels, void>;
  /** Tell a waiting cell "no"; its kernel is not allowed to ask the user again for a minute. */
  refuse(request: IWaitingRequest): void;
  /** Let the kernel of a waiting cell act as the signed-in user, where `question` is `share`. */
  allow(request: IWaitingRequest): void;
}

export interface IWaitingRequest {
  readonly requestId: string;
  readonly kernelId: string;
  /** The name of the notebook or console, from JupyterLab's own model, never from the kernel. */
  readonly label: string;
  readonly need: IAzureTokenNeed;
  /**
   * `anew`: to be signed in for, even if somebody is signed in.
   * `share`: others use this kernel too, so its user is asked even when signed in.
   */
  readonly question: 'sign-in' | 'anew' | 'consent' | 'share';
}

export interface IKernelGrant {
  readonly kernelId: string;
  readonly label: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly givenOn: number;
  /** Milliseconds since the epoch. */
  readonly expiresOn: number;
}

export const IAzureSession = new Token<IAzureSession>(
  'jupyter-azure-auth:IAzureSession',
  'Who is signed in to Azure in this application, and tokens on their behalf.'
);

export const IAzureKernels = new Token<IAzureKernels>(
  'jupyter-azure-auth:IAzureKernels',
  'What kernels of this page want from Azure and have been given.'
);
