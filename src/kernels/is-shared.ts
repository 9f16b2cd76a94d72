import type { JupyterFrontEnd } from '@jupyterlab/application';
import { readEnvironment } from '../session/environment';
import type { ServerHalf } from '../session/server-half';

/** Plugins that let people share a kernel. */
const COLLABORATION =
  /^(@jupyter\/(collaboration|docprovider)|@jupyter-ai-contrib\/server-documents)/;

/** Ask the server whether it has several users. Without a server half nobody else can tell. */
export async function isShared(
  server: ServerHalf,
  app: Pick<JupyterFrontEnd, 'listPlugins'>
): Promise<boolean> {
  const { shared } = await readEnvironment(server);
  return shared ?? app.listPlugins().some(id => COLLABORATION.test(id));
}
