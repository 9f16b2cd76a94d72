import type { ServerConnection } from '@jupyterlab/services';
import { fieldsOf, ServerExtensionClient } from './client';

/** A token that the server extension issued to a program, or to a page of this user. */
export interface IOtherGrant {
  readonly to: 'program' | 'page';
  readonly scopes: readonly string[];
  /** User name of the token's account; absent in the answer of an older server extension. */
  readonly username?: string;
  /** Milliseconds since the epoch, as is `expiresAt`. */
  readonly grantedAt: number;
  readonly expiresAt: number;
}

/**
 * Return the tokens that the server extension issued to anything other than kernels, newest first.
 * Kernels are listed by `KernelTokenService`.
 *
 * @throws As `ServerExtensionClient.post`.
 */
export async function otherGrants(
  settings: ServerConnection.ISettings
): Promise<readonly IOtherGrant[]> {
  const grants = (await new ServerExtensionClient(settings).post('grants')).get('grants');
  return Array.isArray(grants) ? grants.flatMap(readGrant) : [];
}

/** @returns Nothing for a kernel's grant, and for one that this version does not know. */
function readGrant(data: unknown): IOtherGrant[] {
  const [to, scopes, username, grantedAt, expiresOn] = [
    ...['to', 'scopes', 'username', 'granted_at', 'expires_on']
  ].map(name => fieldsOf(data).get(name));
  const isKnown = (to === 'program' || to === 'page') && Array.isArray(scopes);
  return isKnown && typeof grantedAt === 'number' && typeof expiresOn === 'number'
    ? [
        {
          ...{ to, scopes: scopes.map(String) },
          ...(typeof username === 'string' ? { username } : {}),
          ...{ grantedAt: grantedAt * 1000, expiresAt: expiresOn * 1000 }
        }
      ]
    : [];
}
