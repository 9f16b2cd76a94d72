import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IKernelGrant } from '../tokens';
import { formatElapsed, formatExact, formatValidity } from './format-time';
import { resourceName } from './resource-names';

export type GrantTimes = Pick<IKernelGrant, 'scopes' | 'grantedAt' | 'expiresAt'>;

interface IProps {
  /** Newest first. */
  readonly grants: readonly GrantTimes[];
  /** Whether there is a sign-in that can renew tokens. */
  readonly renews: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
}

/** Two lines for each resource: its name, and when its newest token was issued, and how fresh it is. */
export function GrantLines({ grants, renews, now, trans }: IProps): JSX.Element {
  const newest = new Map<string, GrantTimes>();
  for (const grant of grants) {
    const resource = resourceName(grant.scopes);
    newest.set(resource, newest.get(resource) ?? grant);
  }
  return (
    <ul className="jp-AzurePanel-aside">
      {[...newest].map(([resource, { grantedAt, expiresAt }]) => (
        <li key={resource}>
          {resource}{' '}
          <span
            className="jp-AzurePanel-times"
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
