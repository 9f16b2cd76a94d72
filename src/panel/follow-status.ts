import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPageAuth } from '../auth/page-auth';
import type { IKernelRequests } from '../kernels/kernel-requests';
import { authStatus, type IAuthStatus } from './auth-status';

/** Call `show` with the status, now and after every change. */
export function followStatus(
  auth: IPageAuth,
  kernels: IKernelRequests,
  trans: TranslationBundle,
  show: (status: IAuthStatus) => void
): void {
  const update = (): void => show(authStatus(auth.state, kernels.waiting, trans));
  auth.stateChanged.connect(update);
  kernels.changed.connect(update);
  update();
}
