import type { TranslationBundle } from '@jupyterlab/translation';
import { LOGIN_HOSTS, RESOURCE_HOSTS, RESOURCE_MANAGERS } from '../auth/clouds';
import { AzureAuthError } from '../auth/errors';
import { messageFor } from '../auth/messages';
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
class ResourceManagerError extends Error {
  /** @param status - Of HTTP. */
  constructor(readonly status: number) {
    super(`Resource Manager answered ${status}.`);
  }
}

/** Return the scope of Resource Manager. @param cloud - Index in `CLOUDS`. */
export const scopeOf = (cloud: number): string => `https://${RESOURCE_HOSTS.arm[cloud]}/.default`;

/**
 * Return the cloud that the user is signed in to: an index in `CLOUDS`.
 *
 * @throws AzureAuthError if there is no token for its Resource Manager.
 */
export async function currentCloud(auth: Auth): Promise<number> {
  const [cloud = ''] = CLOUDS;
  try {
    await auth.getToken([scopeOf(0)], { cloud });
    return 0;
  } catch (error) {
    // The error names the cloud that it is instead.
    const isOther = error instanceof AzureAuthError && error.problem.code === 'other_cloud';
    const other = isOther ? CLOUDS.indexOf(error.problem.detail ?? '') : -1;
    if (other < 0) {
      throw error;
    }
    return other;
  }
}

/**
 * Return what the user can see in Azure Resource Manager, with the user's token.
 *
 * @param path - With the version of the API.
 * @throws AzureAuthError, ResourceManagerError, or TypeError if there is no answer.
 */
export async function readList(
  auth: Auth,
  cloud: number,
  path: string
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { token } = await auth.getToken([scopeOf(cloud)]);
  const response = await fetch(`https://${RESOURCE_MANAGERS[cloud]}${path}`, {
    headers: { Authorization: `Bearer ${token}` },
    cache: 'no-store',
    referrerPolicy: 'no-referrer'
  });
  if (!response.ok) {
    throw new ResourceManagerError(response.status);
  }
  const { value }: { value?: unknown } = Object(await response.json());
  if (!Array.isArray(value)) {
    throw new TypeError('Something else has answered.');
  }
  return value.map(Object);
}

/** Return the subscriptions that the user can see. Throws as `readList`. */
export async function readSubscriptions(
  auth: Auth,
  cloud: number
): Promise<readonly ISubscription[]> {
  const found = await readList(auth, cloud, '/subscriptions?api-version=2022-12-01');
  return found.flatMap(({ subscriptionId: id, displayName }) => {
    const name = typeof displayName === 'string' ? displayName : String(id);
    return typeof id === 'string' ? [{ id, name }] : [];
  });
}

/** Return the resources of some types in a subscription, by name. Throws as `readList`. */
export async function readResources(
  auth: Auth,
  cloud: number,
  subscription: string,
  types: readonly string[]
): Promise<readonly IAzureResource[]> {
  const filter = types.map(type => `resourceType eq '${type}'`).join(' or ');
  const query = new URLSearchParams({ $filter: filter, 'api-version': '2021-04-01' });
  const path = `/subscriptions/${encodeURIComponent(subscription)}/resources?${query}`;
  const found = await readList(auth, cloud, path);
  return found
    .flatMap(({ id, name, type }) => {
      if (typeof id !== 'string' || typeof name !== 'string' || typeof type !== 'string') {
        return [];
      }
      const [, group = ''] = /\/resourceGroups\/([^/]+)\//i.exec(id) ?? [];
      return [{ name, type, group }];
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

/** Return why Resource Manager could not be read, and what to do. */
export function reasonOf(error: unknown, trans: TranslationBundle): string {
  if (error instanceof AzureAuthError) {
    const { sentence, remedy } = messageFor(error.problem, trans.__('Resource Manager'), trans);
    return [sentence, remedy].join(' ');
  }
  return error instanceof ResourceManagerError
    ? trans.__(
        'Your account can get tokens, but Azure Resource Manager refused them (%1).',
        error.status
      )
    : trans.__(
        'This browser cannot reach Azure Resource Manager. Check the network, then try again.'
      );
}
