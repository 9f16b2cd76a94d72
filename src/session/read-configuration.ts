import { loopbackObstacle } from '../sources/loopback-obstacle';
import { type Configuration, resolveConfiguration, type UserSettings } from './configuration';
import { readEnvironment } from './environment';
import { withRetries } from './retry';
import type { ServerHalf } from './server-half';

/**
 * Merge the configuration of the administrator and of the user, for the address of the page.
 *
 * @param baseUrl - Of the Jupyter server, as the browser sees it.
 * @throws ServerHalfError, `ServerConnection.NetworkError` if the Jupyter server does not answer.
 */
export async function readConfiguration(
  server: ServerHalf,
  user: UserSettings,
  baseUrl: string,
  page: Pick<Location, 'protocol' | 'hostname' | 'origin'>
): Promise<Configuration> {
  const environment = await withRetries(() => readEnvironment(server));
  const isOffered = environment.sources?.includes('loopback') ?? false;
  const place = isOffered ? await loopbackObstacle(server, page) : null;
  return resolveConfiguration(user, environment, baseUrl, place);
}
