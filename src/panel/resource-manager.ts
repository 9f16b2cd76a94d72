import { AzureAuthError } from '../auth/errors';
import { LOGIN_HOSTS, RESOURCE_HOSTS, RESOURCE_MANAGERS } from '../auth/clouds';
import type { IPageAuth } from '../auth/page-auth';

type Auth = Pick<IPageAuth, 'getToken'>;

export interface ISubscription {
  readonly id: string;
  readonly name: string;
}

/** A resource that a cell can use. */
export interface IAzureResource {
  readonly name: string;
  readonly type: string;
  readonly group: string;
}

/** The names of the clouds; those of their hosts are listed in the same order. */
export const CLOUDS: readonly string[] = [...LOGIN_HOSTS.keys()];

/** Resource Manager answered, but with an error. */
export class ResourceManagerError extends Error {
  override readonly name = 'ResourceManagerError';

  /** @param status - Of HTTP. */
  constructor(readonly status: number) {
    super(`Resource Manager answered ${status}.`);
  }
}

/** Reads from Azure Resource Manager what the user can see, with the user's token. */
export class ResourceManager {
  /** @param cloud - Index in `CLOUDS`. */
  private constructor(
    private readonly auth: Auth,
    readonly cloud: number
  ) {}

  /**
   * Return the Resource Manager of the cloud that the user is signed in to.
   *
   * @throws AzureAuthError if there is no token for it.
   */
  static async open(auth: Auth): Promise<ResourceManager> {
    const [cloud = ''] = CLOUDS;
    try {
      await auth.getToken([scopeOf(0)], { cloud });
      return new ResourceManager(auth, 0);
    } catch (error) {
      // The error names the cloud that it is instead.
      const isOther = error instanceof AzureAuthError && error.problem.code === 'other_cloud';
      const other = isOther ? CLOUDS.indexOf(error.problem.detail ?? '') : -1;
      if (other < 0) {
        throw error;
      }
      return new ResourceManager(auth, other);
    }
  }

  /** @throws AzureAuthError, ResourceManagerError, or TypeError if there is no answer. */
  async subscriptions(): Promise<readonly ISubscription[]> {
    const found = await this.list('/subscriptions?api-version=2022-12-01');
    return found.flatMap(data => {
      const { subscriptionId: id, displayName } = Object(data) as Record<string, unknown>;
      const name = typeof displayName === 'string' ? displayName : String(id);
      return typeof id === 'string' ? [{ id, name }] : [];
    });
  }

  /** Return the resources of some types in a subscription, by name. */
  async resources(
    subscription: string,
    types: readonly string[]
  ): Promise<readonly IAzureResource[]> {
    const filter = types.map(type => `resourceType eq '${type}'`).join(' or ');
    const query = new URLSearchParams({ $filter: filter, 'api-version': '2021-04-01' });
    const path = `/subscriptions/${encodeURIComponent(subscription)}/resources?${query}`;
    return (await this.list(path))
      .flatMap(readResource)
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  private async list(path: string): Promise<readonly unknown[]> {
    const { token } = await this.auth.getToken([scopeOf(this.cloud)]);
    const response = await fetch(`https://${RESOURCE_MANAGERS[this.cloud]}${path}`, {
      headers: { Authorization: `Bearer ${token}` },
      cache: 'no-store',
      referrerPolicy: 'no-referrer'
    });
    if (!response.ok) {
      throw new ResourceManagerError(response.status);
    }
    const { value }: { value?: unknown } = Object(await response.json());
    return Array.isArray(value) ? value : [];
  }
}

const scopeOf = (cloud: number): string => `https://${RESOURCE_HOSTS.arm[cloud]}/.default`;

function readResource(data: unknown): IAzureResource[] {
  const { id, name, type } = Object(data) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof name !== 'string' || typeof type !== 'string') {
    return [];
  }
  const [, group = ''] = /\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
  return [{ name, type, group }];
}
