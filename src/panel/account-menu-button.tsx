import type { TranslationBundle } from '@jupyterlab/translation';
import React, { lazy } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureSignedIn } from '../tokens';
import { LoadedDetails } from './loaded-details';

interface IProps {
  readonly auth: IPageAuth;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/** Loaded when a user opens it, not with the panel. */
const AccountMenu = lazy(async () => ({ default: (await import('./on-click')).AccountMenu }));

/** Opens what a user can do with accounts and directories. */
export function AccountMenuButton(props: IProps): JSX.Element {
  return (
    <LoadedDetails
      className="jp-AzurePanel-menu"
      label={props.trans.__('Accounts and directories')}
    >
      {() => <AccountMenu key={props.signedIn.account.id} {...props} />}
    </LoadedDetails>
  );
}
