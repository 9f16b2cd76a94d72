import type { IAzureAccount, IAzureToken, IAzureTokenNeed, SourceName } from '../tokens';

/** A way to an identity. The session holds one and knows nothing of how it works. */
export interface ISource {
  readonly name: SourceName;

  /**
   * Find a sign-in that was made before this page was loaded, or in another one.
   *
   * @throws AzureAuthError `sign_in_required` where one was ended by a refusal, and with which.
   */
  restore(): Promise<ISignIn | null>;

  /**
   * Ask the user. Opens its window before it returns, inside the click.
   *
   * @param signal - Ends the wait when the user gives up.
   * @param onDoubt - Called when the window seems to be gone; the sign-in may still succeed.
   * @throws AzureAuthError with the problem to show; an `AbortError` after `signal`.
   */
  signIn(
    need: IAzureTokenNeed | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    onDoubt: () => void
  ): Promise<ISignIn>;

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

/** Somebody signed in by hand. */
export interface ISignIn {
  readonly account: IAzureAccount;
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
