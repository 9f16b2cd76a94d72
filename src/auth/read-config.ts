import { loopbackObstacle } from '../providers/loopback-obstacle';
import { type Configuration, resolveConfiguration, type UserSettings } from './config';
import { readServerConfig } from './server-config';
import { withRetries } from '../server-api/retry';
import type { ServerExtensionClient } from '../server-api/client';

/**
 * Merge the configuration of the administrator and of the user, for the address of the page.
 *
 * @param baseUrl - Of the Jupyter server, as the browser sees it.
 * @throws ServerExtensionError, `ServerConnection.NetworkError` if the Jupyter server does not
 * answer.
 */
export async function readConfig(
  server: ServerExtensionClient,
  user: UserSettings,
  baseUrl: string,
  page: Pick<Location, 'protocol' | 'hostname' | 'origin'>
): Promise<Configuration> {
  const serverConfig = await withRetries(() => readServerConfig(server));
  const isOffered = serverConfig.sources?.includes('loopback') ?? false;
  const obstacle = isOffered ? await loopbackObstacle(server, page) : null;
  return resolveConfiguration(user, serverConfig, baseUrl, obstacle);
}
