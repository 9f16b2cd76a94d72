import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { useEffect, useState } from 'react';
import { knownAccessControl } from '../kernels/access-control';
import type { IAzureKernelTokens, IAzureAuth, IAzureProblem } from '../tokens';
import { Button } from './button';
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
  /** Opens documents. */
  readonly commands: Pick<CommandRegistry, 'execute'>;
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
  const { auth, kernels, trans, commands, serverSettings, visible, onReady } = props;
  const now = useNow(visible);
  const state = useSignalled(auth.stateChanged, () => auth.state);
  const grants = useSignalled(kernels.changed, () => kernels.grants);
  // The list of revoked kernels is read again after each change.
  const [restored, setRestored] = useState(0);
  const signedIn = state.kind === 'signed-in';
  useEffect(() => void onReady(), []);
  return (
    <>
      <h2 className="jp-AzurePanel-title">{trans.__('Azure')}</h2>
      <div className="jp-AzurePanel-body">
        <AuthView auth={auth} kernels={kernels} now={now} trans={trans} />
        {state.kind === 'needs-attention' && isAboutSettings(state.problem) && (
          <Button
            label={trans.__('Open settings')}
            onPress={() =>
              void commands.execute('settingeditor:open', { query: trans.__('Azure') })
            }
          />
        )}
        {state.kind === 'signed-in' && (
          <ProgramAccessToggle settings={serverSettings} signedIn={state} trans={trans} />
        )}
        {(signedIn || grants.length > 0) && (
          <KernelList
            {...{ grants, renews: signedIn, now, trans }}
            revoked={knownAccessControl()?.revoked ?? []}
            onRevoke={kernelId => void kernels.revoke(kernelId)}
            onRestore={kernelId => {
              knownAccessControl()?.restore(kernelId);
              setRestored(restored + 1);
            }}
            onOpen={path => void commands.execute('docmanager:open', { path })}
          />
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

/** Whether the user can mend it in the settings: the server's configuration is its own. */
function isAboutSettings({ code, sentence }: IAzureProblem): boolean {
  return code === 'bad_configuration' && sentence === undefined;
}
