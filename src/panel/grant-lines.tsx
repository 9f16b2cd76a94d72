import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IKernelGrant } from '../tokens';
import { formatElapsed, formatExact, formatValidity } from './format-time';
import { resourceName } from './resource-names';

export type GrantTimes = Pick<IKernelGrant, 'scopes' | 'username' | 'grantedAt' | 'expiresAt'>;

interface IProps {
  /** Newest first. */
  readonly grants: readonly GrantTimes[];
  /** Whether there is a sign-in that can renew tokens. */
  readonly renews: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** User name of the current account, which is shown in full elsewhere; null if there is none. */
  readonly current: string | null;
  readonly trans: TranslationBundle;
}

/**
 * Two lines for each resource and account: the resource and the account, then when the newest token
 * was issued and how long it is valid.
 */
export function GrantLines({ grants, renews, now, current, trans }: IProps): JSX.Element {
  const newest = new Map<string, GrantTimes>();
  for (const grant of grants) {
    const key = JSON.stringify([resourceName(grant.scopes), grant.username]);
    newest.set(key, newest.get(key) ?? grant);
  }
  return (
    <ul className="jp-AzurePanel-aside">
      {[...newest].map(([key, { scopes, username, grantedAt, expiresAt }]) => (
        <li key={key}>
          <span className="jp-AzurePanel-line" title={username}>
            {nameOf(username, current, scopes, trans)}
          </span>{' '}
          <span
            className="jp-AzurePanel-line"
            title={trans.__(
              'Granted %1, valid until %2',
              formatExact(grantedAt),
              formatExact(expiresAt)
            )}
          >
            {formatElapsed(grantedAt, now, trans)}, {formatValidity(expiresAt, now, renews, trans)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Return a resource and an account, with its domain only if another account is current. */
function nameOf(
  username: string | undefined,
  current: string | null,
  scopes: readonly string[],
  trans: TranslationBundle
): string {
  const isOther = current !== null && username !== current;
  const name = isOther ? username : username?.replace(/@.*/, '');
  const resource = resourceName(scopes);
  return name === undefined || name === current ? resource : trans.__('%1 as %2', resource, name);
}
