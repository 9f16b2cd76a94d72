import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAzureKernels, IAzureSession } from '../tokens';
import { azureIcon } from './icon';

export namespace CommandIDs {
  export const signIn = 'azure-auth:sign-in';
  export const signOut = 'azure-auth:sign-out';
  export const showPanel = 'azure-auth:show-panel';
}

/** None of them takes an argument: whoever can run commands must not choose authority or scope. */
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

/**
 * @param panelId - Of the panel that `show-panel` brings up.
 */
export function addCommands(
  { commands, shell }: JupyterFrontEnd,
  session: IAzureSession,
  kernels: IAzureKernels,
  panelId: string,
  trans: TranslationBundle
): void {
  commands.addCommand(CommandIDs.signIn, {
    label: trans.__('Sign in to Azure'),
    icon: azureIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => {
      // Before anything else, so that the browser still sees the click behind it.
      void session.signIn(kernels.waiting[0]?.need);
      shell.activateById(panelId);
    }
  });
  commands.addCommand(CommandIDs.signOut, {
    label: trans.__('Sign out of Azure'),
    describedBy: NO_ARGUMENTS,
    execute: () => confirmSignOut(session, trans)
  });
  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show the Azure panel'),
    describedBy: NO_ARGUMENTS,
    execute: () => shell.activateById(panelId)
  });
}

/** Any output that is clicked can run a command: it must not take away what kernels work with. */
async function confirmSignOut(session: IAzureSession, trans: TranslationBundle): Promise<void> {
  const { button } = await showDialog({
    title: trans.__('Sign out of Azure?'),
    body: trans.__('Kernels of this browser forget their tokens and have to ask you again.'),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Sign out') })
    ]
  });
  if (button.accept) {
    // What the server has not confirmed, the panel says.
    await session.signOut().catch(() => undefined);
  }
}
