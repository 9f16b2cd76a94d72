import {
  type Fields,
  fieldsOf,
  textOf,
  type ServerExtensionClient,
  ServerExtensionError,
  UNREADABLE
} from '../server-api/client';

/** What the administrator has configured in `c.AzureAuth`; null for what is not set. */
export interface IServerConfig {
  readonly clientId: string | null;
  readonly tenantId: string | null;
  readonly cloud: string | null;
  readonly redirectUri: string | null;
  readonly authority: string | null;
  readonly authorityMetadata: object | null;
  /**
   * Sources that the administrator allows and this server has; null without the server extension.
   */
  readonly sources: readonly string[] | null;
  /** Resources that tokens may be for; null for all. */
  readonly allowedResources: readonly string[] | null;
  /** Whether this server has several users; null without the server extension. */
  readonly shared: boolean | null;
  /** Whether Microsoft shows its sign-ins as "Microsoft Azure CLI". */
  readonly isAzureCli: boolean;
  /** A sentence about an invalid trait; null if all are valid. */
  readonly problem: string | null;
}

/** Statuses of a server without this extension; JupyterLite answers 501. */
const NOT_INSTALLED: ReadonlySet<number> = new Set([404, 405, 501]);

/**
 * Ask the server extension for its configuration.
 *
 * @returns An empty configuration if there is no server extension: then only the user settings
 * count.
 * @throws ServerExtensionError, `ServerConnection.NetworkError` if the extension gives no answer.
 */
export async function readServerConfig(server: ServerExtensionClient): Promise<IServerConfig> {
  try {
    const answer = await server.post('config');
    if (typeof answer.get('version') !== 'number') {
      throw new ServerExtensionError(200, UNREADABLE, null);
    }
    return parseServerConfig(answer);
  } catch (error) {
    if (error instanceof ServerExtensionError && NOT_INSTALLED.has(error.status)) {
      return parseServerConfig(fieldsOf(null));
    }
    throw error;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Parse the answer of `azure-auth/config`. Unknown fields of newer servers are ignored. */
export function parseServerConfig(fields: Fields): IServerConfig {
  const text = (name: string): string | null => textOf(fields, name) || null;
  const metadata = fields.get('authority_metadata');
  const sources = fields.get('sources');
  const allowed = fields.get('allowed_resources');
  const shared = fields.get('shared');
  return {
    clientId: text('client_id'),
    tenantId: text('tenant_id'),
    cloud: text('cloud'),
    redirectUri: text('redirect_uri'),
    authority: text('authority'),
    authorityMetadata: typeof metadata === 'object' ? metadata : null,
    sources: Array.isArray(sources) ? sources.filter(isText) : null,
    allowedResources: Array.isArray(allowed) ? allowed.filter(isText) : null,
    shared: typeof shared === 'boolean' ? shared : null,
    isAzureCli: fields.get('public_client') !== 'own',
    problem: text('problem')
  };
}
