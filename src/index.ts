import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { kernelsPlugin } from './kernels/plugin';
import { panelPlugin } from './panel/plugin';
import { sessionPlugin } from './auth/plugin';
import { settingsEditorPlugin } from './settings-editor/plugin';
import { statusPlugin } from './status-bar/plugin';
import { widgetPlugin } from './widget/plugin';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  sessionPlugin,
  kernelsPlugin,
  panelPlugin,
  statusPlugin,
  settingsEditorPlugin,
  widgetPlugin
];

export default plugins;
