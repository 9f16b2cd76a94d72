import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { internalsOf } from '../public-api';
import { IAzureKernelTokens, IAzureAuth } from '../tokens';
import { addCommands, CommandIDs } from './commands';
import { followStatus } from '../status-bar/follow-status';
import { AzurePanel } from './panel';

export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-azure-auth:panel',
  description: 'The Azure panel, its commands and notifications.',
  autoStart: true,
  requires: [IAzureAuth, IAzureKernelTokens],
  optional: [ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    azure: IAzureAuth,
    kernelTokens: IAzureKernelTokens,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const internals = internalsOf(azure, kernelTokens, translator);
    const { auth, kernels, trans } = internals;
    const panel = new AzurePanel({
      ...internals,
      commands: app.commands,
      serverSettings: app.serviceManager.serverSettings
    });
    app.shell.add(panel, 'left', { rank: 600 });
    restorer?.add(panel, panel.id);
    addCommands(app, auth, kernels, panel.id, trans);
    // Without `switch-account`: `sign-in` becomes it while an account is signed in.
    for (const command of [CommandIDs.signIn, CommandIDs.signOut, CommandIDs.showPanel]) {
      palette?.addItem({ command, category: trans.__('Azure') });
    }
    followStatus(auth, kernels, trans, status => panel.setStatus(status));
    // Not loaded with the page: most cells never wait.
    const onChanged = (): void => {
      if (kernels.waiting.length > 0) {
        kernels.changed.disconnect(onChanged);
        void notify();
      }
    };
    const notify = async (): Promise<void> => {
      const { notifyOfWaiting } = await import('../on-demand');
      notifyOfWaiting({
        ...internals,
        isPanelVisible: () => panel.isVisible,
        showPanel: () => app.shell.activateById(panel.id),
        panelToggled: callback => panel.visibilityChanged.connect(callback)
      });
    };
    kernels.changed.connect(onChanged);
  }
};
