import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IPageAuth } from '../auth/page-auth';

/**
 * Asks first: any output that is clicked can run a command, and must not remove kernels' tokens.
 */
export async function confirmSignOut(auth: IPageAuth, trans: TranslationBundle): Promise<void> {
  const { button } = await showDialog({
    title: trans.__('Sign out of Azure?'),
    body: trans.__('Running notebooks will lose access to Azure.'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Sign out') })
    ]
  });
  if (button.accept) {
    // If the server has not confirmed it, the panel says so.
    await auth.signOut().catch(() => undefined);
  }
}
