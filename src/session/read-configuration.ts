import { loopbackObstacle } from '../sources/loopback-obstacle';
import { type Configuration, resolveConfiguration, type UserSettings } from './configuration';
import { readEnvironment } from './environment';
import { withRetries } from './retry';
import type { ServerHalf } from './server-half';

/**
 * Ask everybody who has a say: the administrator, the user, and the place where the page is.
 *
 * @param baseUrl - The Jupyter server's, as the browser sees it.
 * @throws ServerHalfError, `ServerConnection.NetworkError` where the Jupyter server gives no answer.
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
