import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { ServiceManager } from '@jupyterlab/services';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { loadServerClient } from '../server-api/load-client';
import { type AzureAuthState, IAzureKernelTokens, IAzureAuth } from '../tokens';
import type { AccessControl } from './access-control';
import { followConsoles, followNotebooks } from './documents';
import { KernelConnections } from './connections';
import { KernelTokenService } from './token-service';
import { OwnClientIds } from './own-client-ids';
import type { IErrorText } from './error-text';
import { GrantStore } from './grants';
import type { WireErrorCode } from './protocol';
import { answerSender } from './transport';
import type { ProcessResponder } from './process-responder';
import { Sharing } from './sharing';
import { removeWaitingOutputs } from './waiting-outputs';

/** The event with which the server tells pages that a process waits for a token. */
const PROCESS_REQUEST = 'https://jupyter-azure-auth/process-request/v1';

export const kernelsPlugin: JupyterFrontEndPlugin<IAzureKernelTokens> = {
  id: 'jupyter-azure-auth:kernels',
  description: 'Answers token requests of kernels.',
  autoStart: true,
  provides: IAzureKernelTokens,
  requires: [IAzureAuth],
  optional: [INotebookTracker, IConsoleTracker, ITranslator, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    auth: IAzureAuth,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null,
    registry: ISettingRegistry | null
  ): IAzureKernelTokens => {
    const trans = (translator ?? nullTranslator).load('jupyter-azure-auth');
    const connections = new KernelConnections(new OwnClientIds(window.sessionStorage));
    const nameless = trans.__('A kernel');
    const services = app.serviceManager;
    const sharing = new Sharing(async () => {
      const { isShared } = await import('../on-demand');
      return isShared(await loadServerClient(services.serverSettings), app);
    });
    const access = async (): Promise<AccessControl> => {
      const { accessControl } = await import('../on-demand');
      return accessControl({ auth, sharing, registry });
    };
    const tokenService = new KernelTokenService({
      auth,
      connections,
      grants: new GrantStore(window.sessionStorage),
      send: answerSender(connections, services.kernels),
      explain: (code, error) => inWords(code, error, trans),
      ...{ sharing, access, nameless }
    });
    whenHeldByServer(auth, async () => {
      const { ServerGrantImporter } = await import('../on-demand');
      const server = await loadServerClient(services.serverSettings);
      return new ServerGrantImporter({ auth, server, services, tokenService, nameless });
    });
    answerProcesses(services, async () => {
      const { ProcessResponder } = await import('../on-demand');
      const server = await loadServerClient(services.serverSettings);
      return new ProcessResponder({ auth, access, server, tokenService, trans });
    });
    services.kernels.runningChanged.connect((_, models) =>
      tokenService.retainKernels(new Set(models.map(({ id }) => id)))
    );
    connections.outputReplaced.connect((_, client) => removeWaitingOutputs(client));
    if (notebooks !== null) {
      followNotebooks(notebooks, connections);
    }
    if (consoles !== null) {
      followConsoles(consoles, connections);
    }
    return tokenService;
  }
};

/** Answer processes that wait at the server for the sign-in of a page. */
function answerProcesses(
  { events }: ServiceManager.IManager,
  load: () => Promise<ProcessResponder>
): void {
  let loaded: Promise<ProcessResponder> | null = null;
  events.stream.connect((_, { schema_id, request_id }) => {
    if (schema_id === PROCESS_REQUEST) {
      loaded ??= load();
      // Without an answer, another page answers, or none.
      loaded.then(responder => responder.answer(String(request_id))).catch(() => undefined);
    }
  });
}

/** Call `begin` once, as soon as there is a sign-in that kernels can use without a page. */
function whenHeldByServer(auth: IAzureAuth, begin: () => Promise<unknown>): void {
  const onState = (_: IAzureAuth, state: AzureAuthState): void => {
    if (state.kind === 'signed-in' && state.persistedIn !== 'tab') {
      auth.stateChanged.disconnect(onState);
      // If the chunk cannot be loaded, a kernel is missing from a list.
      begin().catch(() => undefined);
    }
  };
  auth.stateChanged.connect(onState);
}

/** Return the text of an error. Texts are not loaded with the page, but when an error occurs. */
async function inWords(
  code: WireErrorCode,
  error: unknown,
  trans: TranslationBundle
): Promise<IErrorText> {
  try {
    return (await import('../on-demand')).explain(code, error, trans);
  } catch {
    // The server is gone, too. Kernels have their own text for every code.
    return { message: '' };
  }
}
