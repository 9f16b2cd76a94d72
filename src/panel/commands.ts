import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAzureKernelTokens, IAzureAuth } from '../tokens';
import { azureIcon } from './icon';

export namespace CommandIDs {
  export const signIn = 'azure-auth:sign-in';
  export const signOut = 'azure-auth:sign-out';
  export const showPanel = 'azure-auth:show-panel';
}

/** No command takes an argument: code that can run commands must not choose authority or scope. */
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

/** Add the extension's commands. @param panelId - Of the panel that `show-panel` opens. */
export function addCommands(
  { commands, shell }: JupyterFrontEnd,
  auth: IAzureAuth,
  kernels: IAzureKernelTokens,
  panelId: string,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.signIn, {
    label: trans.__('Sign in to Azure'),
    icon: azureIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => {
      // First, so that the browser still sees the click behind it.
      void auth.signIn(kernels.waiting[0]?.request);
      shell.activateById(panelId);
    }
  });
  commands.addCommand(CommandIDs.signOut, {
    label: trans.__('Sign out of Azure'),
    describedBy: NO_ARGUMENTS,
    execute: () => confirmSignOut(auth, trans)
  });
  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show the Azure panel'),
    describedBy: NO_ARGUMENTS,
    execute: () => shell.activateById(panelId)
  });
}

/**
 * Asks first: any output that is clicked can run a command, and must not take kernels' tokens away.
 */
async function confirmSignOut(auth: IAzureAuth, trans: TranslationBundle): Promise<void> {
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
