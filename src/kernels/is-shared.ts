import type { JupyterFrontEnd } from '@jupyterlab/application';
import { readServerConfig } from '../auth/server-config';
import type { ServerExtensionClient } from '../server-api/client';

/** Plugins that let several users share a kernel. */
const COLLABORATION =
  /^(@jupyter\/(collaboration|docprovider)|@jupyter-ai-contrib\/server-documents)/;

/**
 * Whether the server has several users. Without the server extension, the installed plugins decide.
 */
export async function isShared(
  server: ServerExtensionClient,
  app: Pick<JupyterFrontEnd, 'listPlugins'>
): Promise<boolean> {
  const { shared } = await readServerConfig(server);
  return shared ?? app.listPlugins().some(id => COLLABORATION.test(id));
}
