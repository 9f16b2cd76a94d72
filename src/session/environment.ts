import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** What the administrator configured in `c.AzureAuth`; null for what was left alone. */
export interface IServerEnvironment {
  readonly clientId: string | null;
  readonly tenantId: string | null;
  readonly cloud: string | null;
  readonly redirectUri: string | null;
  readonly authority: string | null;
  readonly authorityMetadata: object | null;
  /** A sentence about a trait that is set wrongly; null if all is well. */
  readonly problem: string | null;
}

const NO_SERVER_HALF: IServerEnvironment = {
  clientId: null,
  tenantId: null,
  cloud: null,
  redirectUri: null,
  authority: null,
  authorityMetadata: null,
  problem: null
};

/**
 * Ask the server half for its configuration.
 *
 * @returns Nothing configured where there is no server half: the user settings then stand alone.
 * @throws ServerConnection.NetworkError when the Jupyter server does not answer.
 */
export async function readEnvironment(
  settings: ServerConnection.ISettings
): Promise<IServerEnvironment> {
  const response = await ServerConnection.makeRequest(
    URLExt.join(settings.baseUrl, 'azure-auth', 'environment'),
    { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } },
    settings
  );
  if (response.status === 404 || response.status === 405) {
    return NO_SERVER_HALF;
  }
  if (!response.ok) {
    throw new ServerConnection.ResponseError(response);
  }
  return parseEnvironment(await response.json());
}

/** Read the answer of `azure-auth/environment`. Unknown fields of newer servers are ignored. */
export function parseEnvironment(data: unknown): IServerEnvironment {
  const fields = new Map<string, unknown>(
    Object.entries(typeof data === 'object' && data !== null ? data : {})
  );
  const text = (name: string): string | null => {
    const value = fields.get(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const metadata = fields.get('authority_metadata');
  return {
    clientId: text('client_id'),
    tenantId: text('tenant_id'),
    cloud: text('cloud'),
    redirectUri: text('redirect_uri'),
    authority: text('authority'),
    authorityMetadata: typeof metadata === 'object' ? metadata : null,
    problem: text('problem')
  };
}
