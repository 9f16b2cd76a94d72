import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect } from 'react';
import type { IAzureKernelTokens, IAzureAuth } from '../tokens';
import { KernelList } from './kernel-list';
import { useNow, useSignalled } from './hooks';
import { AuthView } from './auth-view';
import { OtherTokens } from './other-tokens';
import { ProgramAccessToggle } from './program-access-toggle';

/** What the panel shows, and its translations. */
export interface IPanelOptions {
  readonly auth: IAzureAuth;
  readonly kernels: IAzureKernelTokens;
  readonly trans: TranslationBundle;
}

export interface ISidebarOptions extends IPanelOptions {
  /** Where the server extension is. */
  readonly serverSettings: ServerConnection.ISettings;
}

interface IBodyProps extends ISidebarOptions {
  readonly visible: boolean;
  /** Called once, when the content is in the page. */
  readonly onReady: () => void;
}

/** The whole content of the panel, including its title. */
export function PanelBody(props: IBodyProps): JSX.Element {
  const { auth, kernels, trans, serverSettings, visible, onReady } = props;
  const now = useNow(visible);
  const state = useSignalled(auth.stateChanged, () => auth.state);
  const grants = useSignalled(kernels.changed, () => kernels.grants);
  const signedIn = state.kind === 'signed-in';
  useEffect(() => void onReady(), []);
  return (
    <>
      <h2 className="jp-AzurePanel-title">{trans.__('Azure')}</h2>
      <div className="jp-AzurePanel-body">
        <AuthView auth={auth} kernels={kernels} now={now} trans={trans} />
        {state.kind === 'signed-in' && (
          <ProgramAccessToggle settings={serverSettings} signedIn={state} trans={trans} />
        )}
        {(signedIn || grants.length > 0) && (
          <KernelList grants={grants} renews={signedIn} now={now} trans={trans} />
        )}
        <OtherTokens
          settings={serverSettings}
          state={state}
          kernels={grants}
          visible={visible}
          now={now}
          trans={trans}
        />
      </div>
      {/* No `footer`: inside a region, that is a landmark of the whole page. */}
      <p className="jp-AzurePanel-footer">
        {trans.__('Access tokens go only to kernels that ask. Nothing is saved in notebooks.')}
      </p>
    </>
  );
}
