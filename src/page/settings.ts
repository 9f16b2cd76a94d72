import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { Settings } from '../auth/create-auth';

/**
 * Return what the user has chosen in JupyterLab's settings editor, since it holds for this page too.
 * Nothing if this server has no JupyterLab.
 *
 * @param plugin - Its id.
 * @throws Error if the settings cannot be read.
 */
export async function readSettings(
  server: ServerConnection.ISettings,
  plugin: string
): Promise<Settings> {
  const url = URLExt.join(server.baseUrl, 'lab/api/settings', plugin);
  const answer = await ServerConnection.makeRequest(url, {}, server);
  const composite = answer.status === 404 ? {} : await chosen(answer);
  const settings = { composite } as {
    composite: Settings['composite'];
    changed: Settings['changed'];
  };
  settings.changed = new Signal(settings) as unknown as Settings['changed'];
  return settings;
}

async function chosen(answer: Response): Promise<Settings['composite']> {
  if (!answer.ok) {
    throw new ServerConnection.ResponseError(answer);
  }
  const { settings } = (await answer.json()) as { settings?: Settings['composite'] };
  return settings ?? {};
}
