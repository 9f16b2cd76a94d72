import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IAzureSession } from '../tokens';
import { resolveConfiguration } from './configuration';
import { readEnvironment } from './environment';
import { ServerHalf } from './server-half';
import { AzureSession } from './session';
import { SignOutNotice } from './sign-out-notice';

const ID = 'jupyter-azure-auth:session';

export const sessionPlugin: JupyterFrontEndPlugin<IAzureSession> = {
  id: ID,
  description: 'Signs in to Azure and hands out tokens.',
  autoStart: true,
  provides: IAzureSession,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null): IAzureSession => {
    const { serverSettings } = app.serviceManager;
    // Not awaited: JupyterLab's start waits for every `activate`.
    const settings = registry?.load(ID) ?? null;
    const baseUrl = new URL(serverSettings.baseUrl, window.location.href).href;
    const server = new ServerHalf(serverSettings);
    const session = new AzureSession({
      readConfiguration: async () => {
        const environment = await readEnvironment(server);
        const user = (await settings)?.composite ?? {};
        const resolved = resolveConfiguration(user, environment, baseUrl, 'not_offered');
        if (resolved.kind !== 'not-configured') {
          return resolved;
        }
        const { loopbackObstacle } = await import('../sources/loopback-obstacle');
        const offered = environment.sources?.includes('loopback') ?? false;
        const obstacle = await loopbackObstacle(server, offered, window.location);
        return resolveConfiguration(user, environment, baseUrl, obstacle);
      },
      createSource: async configuration => {
        const { HeldTokens } = await import('../sources/held-tokens');
        if (configuration.source === 'loopback') {
          const { LoopbackSource } = await import('../sources/loopback');
          return new HeldTokens(new LoopbackSource(server, configuration.port));
        }
        const { PopupSource } = await import('../sources/popup');
        return new HeldTokens(await PopupSource.create(configuration));
      },
      signOutNotice: new SignOutNotice(baseUrl)
    });
    void settings?.then(loaded => {
      loaded.changed.connect(() => void session.reconfigure());
    });
    return session;
  }
};
