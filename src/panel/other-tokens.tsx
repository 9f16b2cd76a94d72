import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';
import { type IOtherGrant, otherGrants } from '../server-api/other-grants';
import { currentAccount } from '../auth/account';
import type { AzureAuthState, IKernelGrant } from '../tokens';
import { GrantLines } from './grant-lines';
import { TextButton } from './button';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly state: AzureAuthState;
  readonly kernels: readonly IKernelGrant[];
  /** Whether programs no longer get tokens. */
  readonly isRevoked: boolean;
  readonly onRevoke: () => void;
  readonly onRestore: () => void;
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
  const [grants, setGrants] = useState<readonly IOtherGrant[]>([]);
  useEffect(() => {
    let isCurrent = visible;
    if (visible) {
      // Without a server extension, or with an older one, there are none.
      otherGrants(settings).then(
        read => isCurrent && setGrants(read),
        () => undefined
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [settings, state, kernels, isRevoked, visible, now]);
  const current = currentAccount(state)?.account.username ?? null;
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
            <div className="jp-AzurePanel-kernelHead">
              <span>{trans.__('Programs')}</span>
              {isRevoked ? (
                <TextButton
                  label={trans.__('Allow again')}
                  name={trans.__('Allow programs again')}
                  onPress={props.onRestore}
                />
              ) : (
                <TextButton
                  label={trans.__('Revoke')}
                  name={trans.__('Revoke the access of programs')}
                  onPress={props.onRevoke}
                />
              )}
            </div>
            {isRevoked ? (
              <div className="jp-AzurePanel-aside">{trans.__('Access revoked')}</div>
            ) : (
              <GrantLines
                grants={programs}
                renews={false}
                now={now}
                current={current}
                trans={trans}
              />
            )}
          </li>
        )}
        {pages.length > 0 && (
          <li>
            {trans.__('Pages of this server')}
            <GrantLines grants={pages} renews={false} now={now} current={current} trans={trans} />
          </li>
        )}
      </ul>
    </details>
  );
}
