import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAzureAuth, IAzureKernelTokens } from '../tokens';
import { authStatus, type IAuthStatus } from './auth-status';

/** Call `show` with the status, now and after every change. */
export function followStatus(
  auth: IAzureAuth,
  kernels: IAzureKernelTokens,
  trans: TranslationBundle,
  show: (status: IAuthStatus) => void
): void {
  const update = (): void => show(authStatus(auth.state, kernels.waiting.length, trans));
  auth.stateChanged.connect(update);
  kernels.changed.connect(update);
  update();
}
