import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { lazy } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { LoadedDetails } from './loaded-details';

interface IProps {
  readonly auth: Pick<IPageAuth, 'getToken'>;
  readonly commands: Pick<CommandRegistry, 'execute' | 'isEnabled'>;
  readonly trans: TranslationBundle;
}

/** Loaded when a user opens it, not with the panel. */
const InsertCode = lazy(async () => ({ default: (await import('./on-click')).InsertCode }));

/** Opens a list of cells to start from. */
export function InsertCodeButton(props: IProps): JSX.Element {
  return (
    <LoadedDetails className="jp-AzurePanel-menu" label={props.trans.__('Insert code')}>
      {() => <InsertCode {...props} />}
    </LoadedDetails>
  );
}
