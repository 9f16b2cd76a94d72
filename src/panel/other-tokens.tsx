import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';
import { type IOtherGrant, otherGrants } from '../server-api/other-grants';
import type { AzureAuthState, IKernelGrant } from '../tokens';
import { GrantLines } from './grant-lines';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly state: AzureAuthState;
  readonly kernels: readonly IKernelGrant[];
  readonly visible: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
}

/**
 * Lists the tokens that the Jupyter server issued to others than kernels. A program can claim to be
 * a page, so pages are listed too, this one included. Reads the list while the panel is visible, again
 * when anything changes here.
 */
export function OtherTokens(props: IProps): JSX.Element | null {
  const { settings, state, kernels, visible, now, trans } = props;
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
  }, [settings, state, kernels, visible, now]);
  const groups = [
    { name: trans.__('Programs'), of: grants.filter(({ to }) => to === 'program') },
    { name: trans.__('Pages of this server'), of: grants.filter(({ to }) => to === 'page') }
  ].filter(({ of }) => of.length > 0);
  if (groups.length === 0) {
    return null;
  }
  return (
    <details className="jp-AzurePanel-more">
      <summary>{trans.__('Other tokens')}</summary>
      <ul className="jp-AzurePanel-ways">
        {groups.map(({ name, of }) => (
          <li key={name}>
            {name}
            <GrantLines grants={of} renews={false} now={now} trans={trans} />
          </li>
        ))}
      </ul>
    </details>
  );
}
