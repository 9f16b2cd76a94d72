import { type ServerConnection } from '@jupyterlab/services';
import { ServerExtensionClient } from './client';

/** Whether programs that do not know this extension can use the server's sign-in. */
export interface IIdentityEndpoint {
  readonly enabled: boolean;
  /** Whether to offer it: it is off, and the user of this server has not decided yet. */
  readonly offered: boolean;
  /** What the user can do so that it can be turned on; null if there is nothing to do. */
  readonly remedy: string | null;
}

/** Obstacles that do not concern the user: the switch is not shown. */
const NOT_OFFERED = new Set<unknown>(['never', 'shared_server', 'host_identity']);

/**
 * Read the switch, or turn it.
 *
 * @param enabled - Undefined to read it only.
 * @returns Null if this server does not offer it.
 * @throws As `ServerExtensionClient.post`.
 */
export async function identityEndpoint(
  settings: ServerConnection.ISettings,
  enabled?: boolean
): Promise<IIdentityEndpoint | null> {
  const answer = await new ServerExtensionClient(settings).post('identity-endpoint', { enabled });
  const message = answer.get('message');
  return NOT_OFFERED.has(answer.get('obstacle'))
    ? null
    : {
        enabled: answer.get('enabled') === true,
        offered: answer.get('offered') === true,
        remedy: typeof message === 'string' ? message : null
      };
}
