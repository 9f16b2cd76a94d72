import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IAzureAccount, IAzureSignedIn, SourceName } from '../tokens';
import { ends } from './moments';

interface IProps {
  readonly signedIn: IAzureSignedIn;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  /** What they can still do, while something else needs attention. */
  readonly children?: React.ReactNode;
}

/** Who is signed in, where, how, and until when. */
export function Person({ signedIn, now, trans, children }: IProps): JSX.Element {
  const { account, source, endsOn } = signedIn;
  return (
    <div className="jp-AzurePanel-person">
      <span className="jp-AzurePanel-avatar" aria-hidden="true">
        {initials(account)}
      </span>
      <div className="jp-AzurePanel-about">
        {account.name !== account.username && (
          <div className="jp-AzurePanel-name">{account.name}</div>
        )}
        <div className="jp-AzurePanel-username">{account.username}</div>
        <div>{trans.__('%1, %2', sourceName(source, trans), ends(endsOn, now, trans))}</div>
        {children}
      </div>
      <div className="jp-AzurePanel-tenant">
        {trans.__('Tenant')} <span>{account.tenantId}</span>
      </div>
    </div>
  );
}

/** How they signed in; a new source does not compile without its words. */
function sourceName(source: SourceName, trans: TranslationBundle): string {
  switch (source) {
    case 'managed-identity':
    case 'connect-to-azure':
      return trans.__('signed in automatically');
    case 'azure-cli':
      return trans.__('Azure CLI, signed in automatically');
    case 'popup':
      return trans.__('browser sign-in');
    case 'loopback':
    case 'device-code':
      return trans.__('held by this Jupyter server');
  }
}

/** Of the first and the last word of a name, else its first two letters. */
export function initials(account: IAzureAccount): string {
  // Only what stands before the @ names the person.
  const words = account.name.replace(/@.*/, '').match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = '?', last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  // By code points: a letter may take two units of a string.
  const letters = last ? [[...first][0], [...last][0]] : [...first].slice(0, 2);
  return letters.join('').toLocaleUpperCase();
}
