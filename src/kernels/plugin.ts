import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { loadServerClient } from '../server-api/load-client';
import { pageAuth, publicKernelTokens } from '../public-api';
import { type AzureAuthState, IAzureKernelTokens, IAzureAuth } from '../tokens';
import { KernelConnections } from './connections';
import type { ITokenServices } from './create-token-services';
import { DeferredEvents } from './deferred-events';
import { followConsoles, followNotebooks } from './documents';
import { LazyTokenService } from './lazy-token-service';
import { OwnClientIds } from './own-client-ids';
import { followProcesses } from './process-events';
import { GRANTS_KEY } from '../extension-names';
import { removeWaitingOutputs } from './waiting-outputs';

export const kernelsPlugin: JupyterFrontEndPlugin<IAzureKernelTokens> = {
  id: 'jupyter-azure-auth:kernels',
  description: 'Answers token requests of kernels.',
  autoStart: true,
  provides: IAzureKernelTokens,
  requires: [IAzureAuth],
  optional: [INotebookTracker, IConsoleTracker, ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    azure: IAzureAuth,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): IAzureKernelTokens => {
    const auth = pageAuth(azure);
    const trans = (translator ?? nullTranslator).load('jupyter-azure-auth');
    const services = app.serviceManager;
    const create = async (): Promise<ITokenServices> => {
      const { createTokenServices } = await import('../on-demand');
      const server = await loadServerClient(services.serverSettings);
      return createTokenServices({ app, auth, connections, registry, server, trans });
    };
    const tokenService = new LazyTokenService(create);
    const deferred = new DeferredEvents(() => tokenService.load());
    const connections = new KernelConnections(new OwnClientIds(window.sessionStorage), deferred);
    onSignedIn(auth, () => deferred.begin());
    if (window.sessionStorage.getItem(GRANTS_KEY) !== null) {
      // Kernels hold tokens from before a reload.
      void app.restored.then(() => deferred.begin());
    }
    followProcesses(services.events, tokenService, deferred);
    connections.outputReplaced.connect((_, replaced) => removeWaitingOutputs(replaced));
    if (notebooks !== null) {
      followNotebooks(notebooks, connections);
    }
    if (consoles !== null) {
      followConsoles(consoles, connections);
    }
    return publicKernelTokens(tokenService);
  }
};

/** Call `begin` once, as soon as there is a sign-in that kernels can use. */
function onSignedIn(auth: IAzureAuth, begin: () => void): void {
  const onState = (_: IAzureAuth, state: AzureAuthState): void => {
    if (state.kind === 'signed-in') {
      auth.stateChanged.disconnect(onState);
      begin();
    }
  };
  auth.stateChanged.connect(onState);
}
