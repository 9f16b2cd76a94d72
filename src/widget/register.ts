import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { EXTENSION_NAME } from '../extension-names';
import type { ISignInViewOptions } from './sign-in-view';
import { signInWidget, WIDGET_VERSION } from './sign-in-widget';

/** Register our widget with ipywidgets. Loaded only if ipywidgets is installed. */
export async function registerWidget(
  app: JupyterFrontEnd,
  options: ISignInViewOptions
): Promise<void> {
  const registry = await app.resolveOptionalService(IJupyterWidgetRegistry);
  registry?.registerWidget({
    name: EXTENSION_NAME,
    version: WIDGET_VERSION,
    exports: signInWidget(options)
  });
}
