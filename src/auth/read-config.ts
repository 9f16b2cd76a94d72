import { loopbackObstacle } from '../providers/loopback-obstacle';
import { type Configuration, resolveConfiguration } from './config';
import type { UserSettings } from './popup-settings';
import { readServerConfig } from './server-config';
import { withRetries } from '../server-api/retry';
import { type ServerExtensionClient, ServerExtensionError } from '../server-api/client';
import { serverProblem } from '../server-api/errors';

/**
 * Merge the configuration of the administrator and of the user, for the address of the page.
 *
 * @param settings - Rejected if they do not fit the schema.
 * @param baseUrl - Of the Jupyter server, as the browser sees it.
 * @throws AzureAuthError if the server refuses this page; ServerExtensionError,
 * `ServerConnection.NetworkError` if the Jupyter server does not answer.
 */
export async function readConfig(
  server: ServerExtensionClient,
  settings: Promise<{ readonly composite: UserSettings }> | null,
  baseUrl: string,
  page: Pick<Location, 'protocol' | 'hostname' | 'origin'>
): Promise<Configuration> {
  const user = await settings?.then(
    ({ composite }) => composite,
    () => null
  );
  if (user === null) {
    // JupyterLab has refused the whole file, which can then only be edited as text.
    return { kind: 'malformed', detail: 'settings' };
  }
  const serverConfig = await withRetries(() => readServerConfig(server)).catch(refusal);
  const isOffered = serverConfig.sources?.includes('loopback') ?? false;
  const obstacle = isOffered ? await loopbackObstacle(server, page) : null;
  return resolveConfiguration(user ?? {}, serverConfig, baseUrl, obstacle);
}

/** What the server says about a page it refuses is a separate problem, not a missing answer. */
function refusal(error: unknown): never {
  const isRefused = error instanceof ServerExtensionError && error.status === 403;
  throw isRefused ? serverProblem(error, null) : error;
}
