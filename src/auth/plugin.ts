import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { publicAuth } from '../public-api';
import { IAzureAuth } from '../tokens';
import { createAuth } from './create-auth';

/** Its settings are those of the whole extension. */
export const SESSION_PLUGIN = 'jupyter-azure-auth:session';

export const sessionPlugin: JupyterFrontEndPlugin<IAzureAuth> = {
  id: SESSION_PLUGIN,
  description: 'Signs in to Azure and provides tokens.',
  autoStart: true,
  provides: IAzureAuth,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null): IAzureAuth =>
    // The settings are not awaited: JupyterLab's start waits for every `activate`.
    publicAuth(
      createAuth(app.serviceManager.serverSettings, registry?.load(SESSION_PLUGIN) ?? null)
    )
};
