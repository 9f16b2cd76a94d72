import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { type ReactNode, useId } from 'react';
import { currentAccount } from '../auth/account';
import type { IPageAuth } from '../auth/page-auth';
import type { IKernelRequests } from '../kernels/kernel-requests';
import type { IKernelGrant } from '../tokens';
import { AccessLine } from './access-line';
import { TextButton } from './button';
import { GrantLines } from './grant-lines';
import { type AccountsAuth, useOthers } from './hooks';
import { KernelAccount } from './kernel-account';
import { KernelIcon } from './kernel-icon';

interface IProps {
  readonly auth: AccountsAuth & Pick<IPageAuth, 'state'>;
  readonly kernels: IKernelRequests;
  /** Kernels that no longer get tokens. */
  readonly revoked: readonly { readonly kernelId: string; readonly label: string }[];
  /** Opens notebooks. */
  readonly commands: Pick<CommandRegistry, 'execute'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  /** What to start from while the list is empty. */
  readonly children?: ReactNode;
}

/** Lists which kernel holds a token for what, and how fresh it is. */
export function KernelList(props: IProps): JSX.Element {
  const { auth, kernels, revoked, commands, now, trans, children } = props;
  const title = useId();
  // By id, since two kernels can share a label: notebooks of different folders can share their name.
  const byKernel = new Map<string, IKernelGrant[]>();
  for (const grant of kernels.grants) {
    byKernel.set(grant.kernelId, [...(byKernel.get(grant.kernelId) ?? []), grant]);
  }
  const labels = [...byKernel.values()].map(([first]) => first!.label);
  const isAlone = (label: string): boolean => labels.indexOf(label) === labels.lastIndexOf(label);
  const renews = auth.state.kind === 'signed-in';
  const signedIn = currentAccount(auth.state);
  const current = signedIn?.account.username ?? null;
  const others = useOthers(auth);
  const isUser = signedIn?.ambient === false;
  // What kernels can use: the active one first.
  const accounts = isUser ? [signedIn.account, ...others] : others;
  return (
    <section className="jp-AzurePanel-kernels" aria-labelledby={title}>
      <h3 id={title}>{trans.__('Kernels')}</h3>
      {byKernel.size + revoked.length === 0 && (
        <>
          <p className="jp-AzurePanel-aside">{trans.__('No kernel has a token now.')}</p>
          {children}
        </>
      )}
      <ul>
        {[...byKernel].map(([kernelId, its]) => {
          const { label, path } = its[0]!;
          const name = isAlone(label) ? label : path || label;
          return (
            <Kernel key={kernelId} label={label}>
              <AccessLine {...{ kernels, kernelId, name, trans }} isRevoked={false}>
                {path.endsWith('.ipynb') ? (
                  <TextButton
                    label={name}
                    title={path}
                    onPress={() => void commands.execute('docmanager:open', { path })}
                  />
                ) : (
                  <span>{name}</span>
                )}
              </AccessLine>
              {its.some(({ byProgram }) => byProgram) && (
                <div className="jp-AzurePanel-aside">{trans.__('Run by a program')}</div>
              )}
              <KernelAccount
                pinned={kernels.pinnedAccountOf(kernelId)}
                onPin={account => kernels.pin(kernelId, account)}
                {...{ accounts, current, name, trans }}
              />
              <GrantLines grants={its} {...{ renews, now, current, trans }} />
            </Kernel>
          );
        })}
        {revoked.map(({ kernelId, label }) => (
          <Kernel key={kernelId} label={label}>
            <AccessLine {...{ kernels, kernelId, trans }} name={label} isRevoked>
              <span>{label}</span>
            </AccessLine>
          </Kernel>
        ))}
      </ul>
    </section>
  );
}

function Kernel(props: { readonly label: string; readonly children: ReactNode }): JSX.Element {
  return (
    <li className="jp-AzurePanel-kernel">
      <KernelIcon label={props.label} />
      <div className="jp-AzurePanel-about">{props.children}</div>
    </li>
  );
}
