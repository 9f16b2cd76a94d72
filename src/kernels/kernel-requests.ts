import type { ISignal } from '@lumino/signaling';
import type { IPinnedAccount } from './account-pins';
import type { IAzureKernelTokens, IAzureTokenRequest } from '../tokens';

/**
 * Token requests and grants of this page's kernels, as this package uses them. Other extensions get
 * an object with the members of `IAzureKernelTokens` only: they must not answer for the user.
 */
export interface IKernelRequests extends IAzureKernelTokens {
  /** Cells that wait for the user, oldest first. */
  readonly waiting: readonly IWaitingRequest[];
  /** Kernels that act as an account other than this page's. */
  readonly acting: readonly IActingKernel[];
  /** Emits after `waiting`, `grants` or `acting` was replaced. */
  readonly changed: ISignal<IKernelRequests, void>;
  /** Decline a waiting cell's request; its kernel cannot ask the user again for a minute. */
  refuse(request: IWaitingRequest): void;
  /**
   * Let the kernel of a waiting cell act as the signed-in user, if `question` is `share` or
   * `access`.
   *
   * @param everything - All resources, not only that of the request.
   */
  allow(request: IWaitingRequest, everything?: boolean): void;
  /**
   * Make a kernel forget its tokens, and refuse it new ones until the user allows it again.
   *
   * @param kernelId - Of the kernel, or '' for all other processes.
   */
  revoke(kernelId: string): Promise<void>;
  /** Undo `revoke`. */
  restore(kernelId: string): Promise<void>;
  /** Return the account that the user has chosen for a kernel; null for the active one. */
  pinnedAccountOf(kernelId: string): IPinnedAccount | null;
  /**
   * Use an account for all requests of a kernel that name none; null for the active one. The kernel
   * drops its tokens of another account.
   */
  pin(kernelId: string, account: IPinnedAccount | null): void;
}

/** A kernel that holds the token of another user. */
export interface IActingKernel {
  readonly kernelId: string;
  readonly label: string;
  readonly username: string;
}

export interface IWaitingRequest {
  readonly requestId: string;
  readonly kernelId: string;
  /** The name of the notebook or console, from JupyterLab's own model, never from the kernel. */
  readonly label: string;
  readonly request: IAzureTokenRequest;
  /**
   * User name of the account that it is for, if that is not the active one: one that is signed in
   * here, or that the user has chosen for the kernel; never one that only the kernel names.
   */
  readonly username?: string;
  /** Whether a program runs the cell, through a connection of its own to the kernel. */
  readonly byProgram?: boolean;
  /**
   * `prompt`: the user must sign in even if an account is signed in.
   * `share`: others use this kernel too, so the user is asked even when signed in.
   * `access`: the user wants to be asked for each kernel and resource, or for programs' cells.
   * `offer`: nothing waits; a program was refused, and asks again after a sign-in.
   */
  readonly question: 'sign-in' | 'prompt' | 'consent' | 'share' | 'access' | 'offer';
}

/** Whether the user is asked for a permission, which no sign-in replaces. */
export function isPermission({ question }: Pick<IWaitingRequest, 'question'>): boolean {
  return question === 'share' || question === 'access';
}
