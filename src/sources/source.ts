import type { ISignal } from '@lumino/signaling';
import type {
  IAzureAccount,
  IAzureToken,
  IAzureTokenNeed,
  IConsidered,
  IDeviceCode,
  IStoredSignIns,
  SourceName,
  WayName
} from '../tokens';

/** Who remembers who is signed in, and hands out tokens. The session knows nothing of how. */
export interface IHolder {
  /** Name of the cloud that it signs in to, e.g. `AzureCloud`. */
  readonly cloud: string;

  /**
   * Find a sign-in that was made before this page was loaded, or in another one.
   *
   * @throws AzureAuthError `sign_in_required` where one was ended by a refusal, and with which.
   */
  restore(): Promise<ISignIn | null>;

  /**
   * Get a token without asking anybody.
   *
   * @throws AzureAuthError `sign_in_required` or `consent_required` when only the user can go on.
   */
  getToken(request: ISilentRequest): Promise<IAzureToken>;

  /**
   * Drop everything that is kept of who is signed in, and of whoever was before.
   *
   * @param elsewhere - Another tab has signed out already. What all tabs share is gone by that, and
   * may be somebody's new sign-in by now.
   */
  forget(elsewhere: boolean): Promise<void>;
}

/** What the server half holds, for all browsers of its owner, and what can be asked about it. */
export interface IServerSide {
  readonly holder: IHolder;

  /** Whether it has not confirmed a sign-out yet. */
  readonly isSigningOut: boolean;

  /** Emits whatever the server half has answered to anybody of this page. */
  readonly answered: ISignal<unknown, IServerSession>;

  /**
   * Ask whom it holds.
   *
   * @param again - Have it ask the machine for an identity once more.
   */
  look(again?: boolean): Promise<IServerSession>;

  /** Have it keep the sign-in across its restarts, or forget it there. */
  keep(keep: boolean): Promise<void>;

  /** Have it sign in whom another server of this user has; rejects where it has not any more. */
  continueAs(id: string): Promise<void>;
}

/** How things stand at the server half. */
export interface IServerSession {
  readonly signIn: ISignIn | null;
  /** Number of the refusal that ended a sign-in; null if none did. */
  readonly endedBy: string | null;
  /** Whether it still looks for an identity of the machine: to be asked again soon. */
  readonly looking: boolean;
  readonly considered: readonly IConsidered[];
  readonly stored: IStoredSignIns;
  /** Another number, another answer; null from a server half that does not count. */
  readonly generation: number | null;
}

/** A way for users to sign in by hand. */
export interface IWay {
  readonly name: WayName;
  /** Who has the sign-in once it is made. */
  readonly holder: IHolder;

  /**
   * Ask the user. Opens its window, where it has one, before it returns: inside the click.
   *
   * @param current - Who is signed in already, and may only have a further question to answer.
   * @param signal - Ends the wait when the user gives up.
   * @throws AzureAuthError with the problem to show; an `AbortError` after `signal`.
   */
  signIn(
    need: IAzureTokenNeed | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    events: IWayEvents
  ): Promise<ISignIn>;
}

/** What a way tells on its way. */
export interface IWayEvents {
  /** The window seems to be gone; the sign-in may still succeed. */
  readonly onDoubt: () => void;
  /** There is a code for the user to type in. */
  readonly onDeviceCode: (code: IDeviceCode) => void;
}

/** Somebody who is signed in, or something: a machine can have an identity of its own. */
export interface ISignIn {
  readonly account: IAzureAccount;
  readonly source: SourceName;
  readonly automatic: boolean;
  readonly kept: 'tab' | 'memory' | 'keychain' | 'file';
  readonly keeps: 'keychain' | 'file' | null;
  /**
   * When it was made, in milliseconds since the epoch; when it was found, where another clock than
   * this browser's tells that.
   */
  readonly madeOn: number;
  /** When the user has to do it again, likewise; null if use prolongs it. */
  readonly endsOn: number | null;
}

export interface ISilentRequest extends Omit<IAzureTokenNeed, 'account'> {
  /** Who is signed in, not only who is wanted. */
  readonly account: IAzureAccount;
  readonly force: boolean;
  readonly enableCae: boolean;
}
