import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IAzureAccount } from '../tokens';

interface IProps {
  /** Its name is that of the machine or the tool, its user name that of the identity. */
  readonly account: IAzureAccount;
  readonly trans: TranslationBundle;
  readonly children?: React.ReactNode;
}

/** The card of an ambient identity: which machine has it, and the identity's name. */
export function AmbientCard({ account, trans, children }: IProps): JSX.Element {
  return (
    <>
      <span className="jp-AzurePanel-avatar jp-mod-machine" aria-hidden="true">
        <svg viewBox="0 0 16 16">
          <path d="M2 3h12v8H2Z" fill="none" stroke="currentColor" strokeLinejoin="round" />
          <path d="M8 11v2.5M5 13.5h6" stroke="currentColor" />
        </svg>
      </span>
      <div className="jp-AzurePanel-about">
        <div className="jp-AzurePanel-name">{account.name}</div>
        {account.name !== account.username && (
          <div className="jp-AzurePanel-username">{trans.__('acts as %1', account.username)}</div>
        )}
        <div>{trans.__('signed in automatically')}</div>
        {children}
      </div>
    </>
  );
}
