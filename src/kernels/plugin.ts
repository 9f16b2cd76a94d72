import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { AzureAuthError } from '../session/errors';
import { loadServerHalf } from '../session/load-server-half';
import { type AzureSessionState, IAzureKernels, IAzureSession } from '../tokens';
import { followConsoles, followNotebooks } from './clients';
import { KernelConnections } from './connections';
import { KernelDesk } from './desk';
import { EarlierSessions } from './earlier-sessions';
import type { IExplanation } from './explain';
import { KernelLedger } from './ledger';
import type { WireErrorCode } from './protocol';
import { answerSender } from './reach';
import { Sharing } from './sharing';
import { removeWaitingOutputs } from './waiting-outputs';

export const kernelsPlugin: JupyterFrontEndPlugin<IAzureKernels> = {
  id: 'jupyter-azure-auth:kernels',
  description: 'Answers token requests of kernels.',
  autoStart: true,
  provides: IAzureKernels,
  requires: [IAzureSession],
  optional: [INotebookTracker, IConsoleTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    session: IAzureSession,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    translator: ITranslator | null
  ): IAzureKernels => {
    const trans = (translator ?? nullTranslator).load('jupyter-azure-auth');
    const connections = new KernelConnections(new EarlierSessions(window.sessionStorage));
    const nameless = trans.__('A kernel');
    const services = app.serviceManager;
    const desk = new KernelDesk({
      session,
      connections,
      ledger: new KernelLedger(window.sessionStorage),
      send: answerSender(connections, services.kernels),
      explain: (code, error) => inWords(code, error, trans),
      sharing: new Sharing(async () => {
        const { isShared } = await import('../on-demand');
        return isShared(await loadServerHalf(services.serverSettings), app);
      }),
      nameless
    });
    whenHeldByServer(session, async () => {
      const { Meanwhile } = await import('../on-demand');
      const server = await loadServerHalf(services.serverSettings);
      return new Meanwhile({ session, server, services, desk, nameless });
    });
    services.kernels.runningChanged.connect((_, models) =>
      desk.keepKernels(new Set(models.map(({ id }) => id)))
    );
    connections.outputReplaced.connect((_, client) => removeWaitingOutputs(client));
    if (notebooks !== null) {
      followNotebooks(notebooks, connections);
    }
    if (consoles !== null) {
      followConsoles(consoles, connections);
    }
    return desk;
  }
};

/** Call `begin` once, as soon as there is a sign-in that kernels can use without a page. */
function whenHeldByServer(session: IAzureSession, begin: () => Promise<unknown>): void {
  const onState = (_: IAzureSession, state: AzureSessionState): void => {
    if (state.kind === 'signed-in' && state.kept !== 'tab') {
      session.stateChanged.disconnect(onState);
      // If the chunk cannot be loaded, a kernel is missing from a list.
      begin().catch(() => undefined);
    }
  };
  session.stateChanged.connect(onState);
}

/** Return the text of an error. Texts are not loaded with the page, but when an error occurs. */
async function inWords(
  code: WireErrorCode,
  error: unknown,
  trans: TranslationBundle
): Promise<IExplanation> {
  try {
    const { explain, resourceName } = await import('../on-demand');
    const need = error instanceof AzureAuthError ? error.problem.need : null;
    return explain(code, error, need && resourceName(need.scopes), trans);
  } catch {
    // The server is gone, too. Kernels have their own text for every code.
    return { message: '' };
  }
}
