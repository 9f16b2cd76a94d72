import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IAzureSession } from '../tokens';
import { loadServerHalf } from './load-server-half';
import { AzureSession } from './session';
import { SignOutNotice } from './sign-out-notice';

const ID = 'jupyter-azure-auth:session';

export const sessionPlugin: JupyterFrontEndPlugin<IAzureSession> = {
  id: ID,
  description: 'Signs in to Azure and provides tokens.',
  autoStart: true,
  provides: IAzureSession,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null): IAzureSession => {
    const { serverSettings } = app.serviceManager;
    // Not awaited: JupyterLab's start waits for every `activate`.
    const settings = registry?.load(ID) ?? null;
    const baseUrl = new URL(serverSettings.baseUrl, window.location.href).href;
    const session = new AzureSession({
      readConfiguration: async () => {
        const { readConfiguration } = await import('../on-demand');
        const user = (await settings)?.composite ?? {};
        const server = await loadServerHalf(serverSettings);
        return readConfiguration(server, user, baseUrl, window.location);
      },
      openSources: async configuration => {
        const { openSources } = await import('../on-demand');
        return openSources(configuration, await loadServerHalf(serverSettings));
      },
      signOutNotice: new SignOutNotice(baseUrl)
    });
    void settings?.then(loaded => {
      loaded.changed.connect(() => void session.reconfigure());
    });
    return session;
  }
};
