import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { useEffect } from 'react';
import { PROCESSES, revokedInTab } from '../kernels/access-control';
import { currentAccount } from '../auth/account';
import type { IPageAuth } from '../auth/page-auth';
import type { IKernelRequests } from '../kernels/kernel-requests';
import type { IAzureProblem } from '../tokens';
import { ActingKernels } from './acting-kernels';
import { Activity } from './activity';
import { Button } from './button';
import { DoctorButton } from './doctor-button';
import { InsertCode } from './insert-code';
import { KernelList } from './kernel-list';
import { useNow, useSignalled } from './hooks';
import { AuthView } from './auth-view';
import { isInvalidSetting } from './view-model';
import { OtherTokens } from './other-tokens';
import { TestAccess } from './test-access';
import { ProgramAccessToggle } from './program-access-toggle';

/** What the panel shows, and its translations. */
export interface IPanelOptions {
  readonly auth: IPageAuth;
  readonly kernels: IKernelRequests;
  readonly trans: TranslationBundle;
}

export interface ISidebarOptions extends IPanelOptions {
  /** Opens documents, and inserts cells. */
  readonly commands: Pick<CommandRegistry, 'execute' | 'isEnabled'>;
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
  const acting = useSignalled(kernels.changed, () => kernels.acting);
  const isAsking = useSignalled(kernels.changed, () => kernels.waiting.length > 0);
  const revoked = revokedInTab();
  const signedIn = state.kind === 'signed-in';
  const current = currentAccount(state);
  // What one account sees in a directory says nothing of another one.
  const identity = [current?.account.id, current?.chosenTenantId].join();
  useEffect(() => void onReady(), []);
  return (
    <>
      <h2 className="jp-AzurePanel-title">{trans.__('Azure')}</h2>
      <div className="jp-AzurePanel-body">
        <AuthView auth={auth} kernels={kernels} now={now} trans={trans} />
        {state.kind === 'needs-attention' && isAboutSettings(state.problem) && (
          <Button
            label={trans.__('Open settings')}
            primary={isInvalidSetting(state.problem)}
            onPress={() =>
              void commands.execute('settingeditor:open', { query: trans.__('Azure') })
            }
          />
        )}
        {state.kind === 'signed-in' && (
          <ProgramAccessToggle
            settings={serverSettings}
            signedIn={state}
            isAsking={isAsking}
            trans={trans}
          />
        )}
        <ActingKernels kernels={acting} trans={trans} />
        {(signedIn || grants.length + revoked.length > 0) && (
          <KernelList
            {...{ auth, kernels, commands, now, trans }}
            revoked={revoked.filter(({ kernelId }) => kernelId !== PROCESSES)}
          >
            <InsertCode key={identity} {...{ auth, commands, trans }} />
          </KernelList>
        )}
        {signedIn && <TestAccess key={identity} auth={auth} trans={trans} />}
        <OtherTokens
          {...{ state, kernels, visible, now, trans }}
          settings={serverSettings}
          isRevoked={revoked.some(({ kernelId }) => kernelId === PROCESSES)}
        />
        <Activity settings={serverSettings} grants={grants} trans={trans} />
        <DoctorButton settings={serverSettings} trans={trans} />
      </div>
      {/* No `footer`: inside a region, that is a landmark of the whole page. */}
      <p className="jp-AzurePanel-footer">
        {trans.__(
          'Access tokens go only to kernels and programs that ask. Nothing is saved in notebooks.'
        )}
      </p>
    </>
  );
}

/** Whether the user can fix it in the settings, which do not include the server's configuration. */
function isAboutSettings({ code, sentence }: IAzureProblem): boolean {
  return code === 'bad_configuration' && sentence === undefined;
}
