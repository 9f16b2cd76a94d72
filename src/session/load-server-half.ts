import type { ServerConnection } from '@jupyterlab/services';
import type { ServerHalf } from './server-half';

/** Return a client for the server extension. Not loaded with the page, but on first use. */
export async function loadServerHalf(settings: ServerConnection.ISettings): Promise<ServerHalf> {
  const { ServerHalf } = await import('../on-demand');
  return new ServerHalf(settings);
}
