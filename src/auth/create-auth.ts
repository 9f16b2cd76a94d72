import type { ServerConnection } from '@jupyterlab/services';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { loadServerClient } from '../server-api/load-client';
import { AzureAuth } from './auth';
import { SignOutBroadcast } from './sign-out-broadcast';

/** A plugin's settings, as far as this package uses them. */
export type Settings = Pick<ISettingRegistry.ISettings, 'composite' | 'changed'>;

/**
 * Return the sign-in of this page. Sends nothing until it is prepared.
 *
 * @param settings - Rejected if they do not fit the schema; null without a registry.
 */
export function createAuth(
  serverSettings: ServerConnection.ISettings,
  settings: Promise<Settings> | null
): AzureAuth {
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
