import type { ServerConnection } from '@jupyterlab/services';
import type { ServerExtensionClient } from './client';

/** Return a client for the server extension. Not loaded with the page, but on first use. */
export async function loadServerClient(
  settings: ServerConnection.ISettings
): Promise<ServerExtensionClient> {
  const { ServerExtensionClient } = await import('../on-demand');
  return new ServerExtensionClient(settings);
}
