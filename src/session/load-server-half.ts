import type { ServerConnection } from '@jupyterlab/services';
import type { ServerHalf } from './server-half';

/** The server half, by code that is not loaded with the page: nothing asks it before it is needed. */
export async function loadServerHalf(settings: ServerConnection.ISettings): Promise<ServerHalf> {
  const { ServerHalf } = await import('../on-demand');
  return new ServerHalf(settings);
}
