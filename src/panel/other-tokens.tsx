import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { otherGrants } from '../server-api/other-grants';
import { currentAccount } from '../auth/account';
import { PROCESSES } from '../kernels/access-control';
import type { IKernelRequests } from '../kernels/kernel-requests';
import type { AzureAuthState } from '../tokens';
import { AccessLine } from './access-line';
import { GrantLines } from './grant-lines';
import { useRead } from './hooks';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly state: AzureAuthState;
  readonly kernels: Pick<IKernelRequests, 'grants' | 'revoke' | 'restore'>;
  /** Whether programs no longer get tokens. */
  readonly isRevoked: boolean;
  readonly visible: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
}

/**
 * Lists the tokens that the Jupyter server issued to anything other than kernels. A program can
 * claim to be a page, so pages are listed too, this one included. Reads the list while the panel is
 * visible, and again when anything changes here.
 */
export function OtherTokens(props: IProps): JSX.Element | null {
  const { settings, state, kernels, isRevoked, visible, now, trans } = props;
  const grants =
    useRead(
      // Without a server extension, or with an older one, there are none.
      async () => (visible ? otherGrants(settings).catch(() => null) : null),
      [settings, state, kernels.grants, isRevoked, visible, now]
    ) ?? [];
  const current = currentAccount(state)?.account.username ?? null;
  const times = { renews: false, now, current, trans };
  const programs = grants.filter(({ to }) => to === 'program');
  const pages = grants.filter(({ to }) => to === 'page');
  if (programs.length + pages.length === 0 && !isRevoked) {
    return null;
  }
  return (
    <details className="jp-AzurePanel-more">
      <summary>{trans.__('Other tokens')}</summary>
      <ul className="jp-AzurePanel-ways">
        {(programs.length > 0 || isRevoked) && (
          <li>
            <AccessLine {...{ kernels, isRevoked, trans }} kernelId={PROCESSES} name={null}>
              <span>{trans.__('Programs')}</span>
            </AccessLine>
            {!isRevoked && <GrantLines grants={programs} {...times} />}
          </li>
        )}
        {pages.length > 0 && (
          <li>
            {trans.__('Pages of this server')}
            <GrantLines grants={pages} {...times} />
          </li>
        )}
      </ul>
    </details>
  );
}
