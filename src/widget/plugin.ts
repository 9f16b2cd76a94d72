import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { CommandIDs } from '../panel/commands';
import { internalsOf } from '../public-api';
import { IAzureKernelTokens, IAzureAuth } from '../tokens';
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
    const showPanel = (): void => void app.commands.execute(CommandIDs.showPanel);
    const options = { ...internalsOf(azure, kernelTokens, translator), showPanel };
    rendermime?.addFactory(waitingOutputFactory(options));
    if (app.hasPlugin(WIDGETS)) {
      // Not awaited: JupyterLab's start waits for every `activate`.
      void import('./register').then(({ registerWidget }) => registerWidget(app, options));
    }
  }
};
