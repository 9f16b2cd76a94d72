import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';
import type { IPinnedAccount } from '../kernels/account-pins';

interface IProps {
  /** The account that the user has chosen; null for the active one. */
  readonly pinned: IPinnedAccount | null;
  /** All accounts of the page. */
  readonly accounts: readonly IPinnedAccount[];
  /** User name of the active account, which is shown in full elsewhere. */
  readonly current: string | null;
  /** What the panel calls the kernel. */
  readonly name: string;
  readonly trans: TranslationBundle;
  readonly onPin: (account: IPinnedAccount | null) => void;
}

/** The choice of the account that a kernel always uses; nothing if there is no choice. */
export function KernelAccount(props: IProps): JSX.Element | null {
  const { pinned, accounts, current, name, trans, onPin } = props;
  const id = useId();
  const isMissing = pinned !== null && !accounts.some(account => account.id === pinned.id);
  const offered = isMissing ? [...accounts, pinned] : accounts;
  if (offered.length < 2) {
    return null;
  }
  return (
    <div className="jp-AzurePanel-pin jp-AzurePanel-aside">
      <label htmlFor={id}>{trans.__('Always use')}</label>
      <select
        id={id}
        aria-label={trans.__('Account that %1 always uses', name)}
        value={pinned?.id ?? ''}
        onChange={({ target }) => onPin(offered.find(one => one.id === target.value) ?? null)}
      >
        <option value="">{trans.__('the active account')}</option>
        {offered.map(account => (
          <option key={account.id} value={account.id}>
            {account.username === current ? account.username.replace(/@.*/, '') : account.username}
          </option>
        ))}
      </select>
    </div>
  );
}
