import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IAzureSession } from '../tokens';
import { resolveConfiguration } from './configuration';
import { readEnvironment } from './environment';
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
    const session = new AzureSession({
      readConfiguration: async () =>
        resolveConfiguration(
          (await settings)?.composite ?? {},
          await readEnvironment(serverSettings),
          new URL(serverSettings.baseUrl, window.location.href).href
        ),
      createSource: async configuration => {
        const [{ HeldTokens }, { PopupSource }] = await Promise.all([
          import('../sources/held-tokens'),
          import('../sources/popup')
        ]);
        return new HeldTokens(await PopupSource.create(configuration));
      },
      signOutNotice: new SignOutNotice(new URL(serverSettings.baseUrl, window.location.href).href)
    });
    void settings?.then(loaded => {
      loaded.changed.connect(() => void session.reconfigure());
    });
    return session;
  }
};
