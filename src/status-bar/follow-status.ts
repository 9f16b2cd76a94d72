import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPageAuth } from '../auth/page-auth';
import type { IKernelRequests } from '../kernels/kernel-requests';
import { authStatus, type IAuthStatus } from './auth-status';

/** Call `show` with the status, now and after each change of it. */
export function followStatus(
  auth: IPageAuth,
  kernels: IKernelRequests,
  trans: TranslationBundle,
  show: (status: IAuthStatus) => void
): void {
  let shown = '';
  const update = (): void => {
    const status = authStatus(auth.state, kernels.waiting, trans);
    // Most changes are tokens that kernels get, which the status does not mention.
    if (JSON.stringify(status) !== shown) {
      shown = JSON.stringify(status);
      show(status);
    }
  };
  auth.stateChanged.connect(update);
  kernels.changed.connect(update);
  update();
}
