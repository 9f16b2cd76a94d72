import type { ServerConnection } from '@jupyterlab/services';
import { fieldsOf, listOf, numberOf, ServerExtensionClient, textOf } from './client';

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
  const answer = await new ServerExtensionClient(settings).post('grants');
  return listOf(answer, 'grants').flatMap(readGrant);
}

/** @returns Nothing for a kernel's grant, and for one that this version does not know. */
function readGrant(data: unknown): IOtherGrant[] {
  const fields = fieldsOf(data);
  const [to, scopes, username] = [
    fields.get('to'),
    fields.get('scopes'),
    textOf(fields, 'username')
  ];
  const [grantedAt, expiresOn] = [numberOf(fields, 'granted_at'), numberOf(fields, 'expires_on')];
  const isKnown = (to === 'program' || to === 'page') && Array.isArray(scopes);
  return isKnown && grantedAt !== null && expiresOn !== null
    ? [
        {
          ...{ to, scopes: scopes.map(String) },
          ...(username === null ? {} : { username }),
          ...{ grantedAt: grantedAt * 1000, expiresAt: expiresOn * 1000 }
        }
      ]
    : [];
}
