import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import { currentAccount } from '../auth/account';
import type { IPageAuth } from '../auth/page-auth';
import { type IKernelRequests, isPermission } from '../kernels/kernel-requests';
import { azureIcon } from './icon';

export const CommandIDs = {
  signIn: 'azure-auth:sign-in',
  switchAccount: 'azure-auth:switch-account',
  signOut: 'azure-auth:sign-out',
  showPanel: 'azure-auth:show-panel'
} as const;

/** No command takes an argument: code that can run commands must not choose authority or scope. */
const NO_ARGUMENTS = { args: { type: 'object', properties: {} } };

/** Add the extension's commands. @param panelId - Of the panel that `show-panel` opens. */
export function addCommands(
  { commands, shell }: JupyterFrontEnd,
  auth: IPageAuth,
  kernels: IKernelRequests,
  panelId: string,
  trans: TranslationBundle
): void {
  const showPanel = (): void => shell.activateById(panelId);
  const switches = (): boolean => kernels.waiting.length === 0 && hasUser(auth);
  // Whether the panel shows a question that a sign-in does not answer.
  const asks = (): boolean => hasUser(auth) && kernels.waiting.slice(0, 1).some(isPermission);
  const label = (): string =>
    switches()
      ? trans.__('Switch account')
      : asks()
        ? trans.__('Answer in the Azure panel')
        : trans.__('Sign in to Azure');
  const switchAccount = (): void => {
    void auth.signIn({ scopes: [], prompt: true });
    showPanel();
  };
  commands.addCommand(CommandIDs.signIn, {
    label,
    icon: azureIcon,
    describedBy: NO_ARGUMENTS,
    execute: () => {
      if (switches()) {
        return switchAccount();
      }
      if (!asks()) {
        // First, so that the browser still sees the click behind it.
        void auth.signIn(kernels.waiting[0]?.request);
      }
      showPanel();
    }
  });
  commands.addCommand(CommandIDs.switchAccount, {
    label: trans.__('Switch account'),
    icon: azureIcon,
    describedBy: NO_ARGUMENTS,
    isEnabled: () => hasUser(auth),
    execute: switchAccount
  });
  commands.addCommand(CommandIDs.signOut, {
    label: trans.__('Sign out of Azure'),
    describedBy: NO_ARGUMENTS,
    isEnabled: () => hasUser(auth) || mayHaveUser(auth),
    execute: async () => (await import('../on-demand')).confirmSignOut(auth, trans)
  });
  commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show the Azure panel'),
    describedBy: NO_ARGUMENTS,
    execute: showPanel
  });
  // Menus and the palette show labels and states again.
  let shown = label();
  const changed = (): void => {
    shown = label();
    commands.notifyCommandChanged();
  };
  auth.stateChanged.connect(changed);
  // Most changes of kernels are new tokens, which do not affect any command.
  kernels.changed.connect(() => {
    if (label() !== shown) {
      changed();
    }
  });
}

/** Whether a user is signed in, not an identity of the machine. */
function hasUser({ state }: IPageAuth): boolean {
  return currentAccount(state)?.ambient === false;
}

/** Whether there is something to sign out, though no account is known to be signed in. */
function mayHaveUser({ state }: IPageAuth): boolean {
  return (
    // Unknown yet: this tab may have a sign-in from before a reload.
    state.kind === 'starting' ||
    (state.kind === 'needs-attention' && state.problem.code === 'sign_in_ended')
  );
}
