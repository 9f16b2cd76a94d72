import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { lazy } from 'react';
import type { IKernelGrant } from '../tokens';
import { LoadedDetails } from './loaded-details';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  /** Name the kernels of entries that the server made. A new list means new activity. */
  readonly grants: readonly IKernelGrant[];
  readonly trans: TranslationBundle;
}

/** Loaded when a user asks for it, not with the panel. */
const Activity = lazy(async () => ({ default: (await import('./on-click')).Activity }));

/** A button that shows and hides the activity log. */
export function ActivityButton(props: IProps): JSX.Element {
  return (
    <LoadedDetails className="jp-AzurePanel-more" label={props.trans.__('Activity')}>
      {() => <Activity {...props} />}
    </LoadedDetails>
  );
}
