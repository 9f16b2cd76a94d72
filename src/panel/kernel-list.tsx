import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';
import type { IKernelGrant } from '../tokens';
import type { IPinnedAccount } from '../kernels/account-pins';
import { GrantLines } from './grant-lines';
import { KernelAccount } from './kernel-account';
import { KernelIcon } from './kernel-icon';
import { TextButton } from './button';

interface IProps {
  /** Newest first. */
  readonly grants: readonly IKernelGrant[];
  /** Whether there is a sign-in that can renew tokens. */
  readonly renews: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** User name of the current account. */
  readonly current: string | null;
  readonly trans: TranslationBundle;
  /** Kernels that no longer get tokens. */
  readonly revoked: readonly { readonly kernelId: string; readonly label: string }[];
  readonly onRevoke: (kernelId: string) => void;
  readonly onRestore: (kernelId: string) => void;
  /** All accounts of the page. */
  readonly accounts: readonly IPinnedAccount[];
  /** Returns the account that the user has chosen for a kernel; null for the active one. */
  readonly pinnedAccountOf: (kernelId: string) => IPinnedAccount | null;
  readonly onPin: (kernelId: string, account: IPinnedAccount | null) => void;
  /** Opens a notebook. */
  readonly onOpen: (path: string) => void;
  /** What to start from while the list is empty. */
  readonly toBegin?: React.ReactNode;
}

/** Lists which kernel holds a token for what, and how fresh it is. */
export function KernelList(props: IProps): JSX.Element {
  const { grants, renews, now, current, trans, revoked, onRevoke, onRestore, onOpen } = props;
  const { accounts, pinnedAccountOf, onPin } = props;
  const title = useId();
  // By id, since two kernels can share a label: notebooks of different folders can share their name.
  const kernels = new Map<string, IKernelGrant[]>();
  for (const grant of grants) {
    kernels.set(grant.kernelId, [...(kernels.get(grant.kernelId) ?? []), grant]);
  }
  const labels = [...kernels.values()].map(([first]) => first!.label);
  const isAlone = (label: string): boolean => labels.indexOf(label) === labels.lastIndexOf(label);
  return (
    <section className="jp-AzurePanel-kernels" aria-labelledby={title}>
      <h3 id={title}>{trans.__('Kernels')}</h3>
      {kernels.size + revoked.length === 0 && (
        <>
          <p className="jp-AzurePanel-aside">{trans.__('No kernel has a token now.')}</p>
          {props.toBegin}
        </>
      )}
      <ul>
        {[...kernels].map(([kernelId, its]) => {
          const { label, path } = its[0]!;
          const name = isAlone(label) ? label : path || label;
          return (
            <li key={kernelId} className="jp-AzurePanel-kernel">
              <KernelIcon label={label} />
              <div className="jp-AzurePanel-about">
                <div className="jp-AzurePanel-kernelHead">
                  {path.endsWith('.ipynb') ? (
                    <TextButton label={name} title={path} onPress={() => onOpen(path)} />
                  ) : (
                    <span>{name}</span>
                  )}
                  <TextButton
                    label={trans.__('Revoke')}
                    name={trans.__('Revoke the access of %1', name)}
                    onPress={() => onRevoke(kernelId)}
                  />
                </div>
                {its.some(({ byProgram }) => byProgram) && (
                  <div className="jp-AzurePanel-aside">{trans.__('Run by a program')}</div>
                )}
                <KernelAccount
                  pinned={pinnedAccountOf(kernelId)}
                  onPin={account => onPin(kernelId, account)}
                  {...{ accounts, current, name, trans }}
                />
                <GrantLines grants={its} {...{ renews, now, current, trans }} />
              </div>
            </li>
          );
        })}
        {revoked.map(({ kernelId, label }) => (
          <li key={kernelId} className="jp-AzurePanel-kernel">
            <KernelIcon label={label} />
            <div className="jp-AzurePanel-about">
              <div className="jp-AzurePanel-kernelHead">
                <span>{label}</span>
                <TextButton
                  label={trans.__('Allow again')}
                  name={trans.__('Allow %1 again', label)}
                  onPress={() => onRestore(kernelId)}
                />
              </div>
              <div className="jp-AzurePanel-aside">{trans.__('Access revoked')}</div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
