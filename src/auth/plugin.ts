import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IAzureAuth } from '../tokens';
import { loadServerClient } from '../server-api/load-client';
import { AzureAuth } from './auth';
import { SignOutBroadcast } from './sign-out-broadcast';

const ID = 'jupyter-azure-auth:session';

export const sessionPlugin: JupyterFrontEndPlugin<IAzureAuth> = {
  id: ID,
  description: 'Signs in to Azure and provides tokens.',
  autoStart: true,
  provides: IAzureAuth,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null): IAzureAuth => {
    const { serverSettings } = app.serviceManager;
    // Not awaited: JupyterLab's start waits for every `activate`.
    const settings = registry?.load(ID) ?? null;
    const baseUrl = new URL(serverSettings.baseUrl, window.location.href).href;
    const auth = new AzureAuth({
      readConfig: async () => {
        const { readConfig } = await import('../on-demand');
        const server = await loadServerClient(serverSettings);
        return readConfig(server, settings, baseUrl, window.location);
      },
      createProviders: async configuration => {
        const { createProviders } = await import('../on-demand');
        return createProviders(configuration, await loadServerClient(serverSettings));
      },
      broadcast: new SignOutBroadcast(baseUrl)
    });
    settings?.then(
      loaded => void loaded.changed.connect(() => void auth.reconfigure()),
      () => undefined
    );
    return auth;
  }
};
