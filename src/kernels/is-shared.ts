import type { JupyterFrontEnd } from '@jupyterlab/application';
import { readEnvironment } from '../session/environment';
import type { ServerHalf } from '../session/server-half';

/** Plugins that let several users share a kernel. */
const COLLABORATION =
  /^(@jupyter\/(collaboration|docprovider)|@jupyter-ai-contrib\/server-documents)/;

/**
 * Whether the server has several users. Without the server extension, the installed plugins decide.
 */
export async function isShared(
  server: ServerHalf,
  app: Pick<JupyterFrontEnd, 'listPlugins'>
): Promise<boolean> {
  const { shared } = await readEnvironment(server);
  return shared ?? app.listPlugins().some(id => COLLABORATION.test(id));
}
