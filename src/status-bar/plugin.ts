import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import { internalsOf } from '../public-api';
import { IAzureAuth, IAzureKernelTokens } from '../tokens';
import { CommandIDs } from '../panel/commands';
import { followStatus } from './follow-status';
import { IdentityHint } from './identity-hint';
import { StatusItem } from './status-item';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-azure-auth:status',
  description: 'Shows who is signed in, in the status bar or the menu bar.',
  autoStart: true,
  requires: [IAzureAuth, IAzureKernelTokens],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    azure: IAzureAuth,
    kernelTokens: IAzureKernelTokens,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    const { auth, kernels, trans } = internalsOf(azure, kernelTokens, translator);
    const showPanel = (): void => void app.commands.execute(CommandIDs.showPanel);
    const item = new StatusItem(showPanel, trans);
    if (statusBar !== null) {
      statusBar.registerStatusItem(item.id, { item, align: 'left', rank: 2 });
    } else {
      // Jupyter Notebook has no status bar: at the right of the menus, on every page.
      app.shell.add(item, 'menu', { rank: 12_000 });
    }
    followStatus(auth, kernels, trans, status => item.setStatus(status));
    const { baseUrl } = app.serviceManager.serverSettings;
    const hint = new IdentityHint(new URL(baseUrl, window.location.href).pathname);
    hint.follow(auth);
    // Not before the page is usable.
    void app.restored.then(() => (hint.isSet ? auth.prepare() : undefined));
  }
};
