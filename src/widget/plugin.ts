import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../panel/commands';
import { kernelRequests, pageAuth } from '../public-api';
import { IAzureKernelTokens, IAzureAuth } from '../tokens';
import type { ISignInViewOptions } from './sign-in-view';
import { waitingOutputFactory } from './waiting-output';

/** ipywidgets' own plugin, which exists only if the server has ipywidgets. */
const WIDGETS = '@jupyter-widgets/jupyterlab-manager:plugin';

export const widgetPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-azure-auth:widget',
  description: 'The sign-in inside notebooks: in cell outputs and as a widget.',
  autoStart: true,
  requires: [IAzureAuth, IAzureKernelTokens],
  // Not ipywidgets' registry: without ipywidgets, no part of this extension would load.
  optional: [IRenderMimeRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    azure: IAzureAuth,
    kernelTokens: IAzureKernelTokens,
    rendermime: IRenderMimeRegistry | null,
    translator: ITranslator | null
  ): void => {
    const auth = pageAuth(azure);
    const kernels = kernelRequests(kernelTokens);
    const trans = (translator ?? nullTranslator).load('jupyter-azure-auth');
    const showPanel = (): void => void app.commands.execute(CommandIDs.showPanel);
    const options: ISignInViewOptions = { auth, kernels, trans, showPanel };
    rendermime?.addFactory(waitingOutputFactory(options));
    if (app.hasPlugin(WIDGETS)) {
      // Not awaited: JupyterLab's start waits for every `activate`.
      void import('./register').then(({ registerWidget }) => registerWidget(app, options));
    }
  }
};
