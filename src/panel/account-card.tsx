import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IAzureAccount, IAzureSignedIn } from '../tokens';
import { formatExact, formatExpiry } from './format-time';
import { useSignalled } from './hooks';
import { tenantName, tenantNamesChanged } from './tenant-names';

interface IProps {
  readonly signedIn: IAzureSignedIn;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  /** What the user can still do while a problem needs attention. */
  readonly children?: React.ReactNode;
}

/**
 * The identity that kernels use: an account, with the end of its sign-in, or an ambient identity.
 */
export function AccountCard({ signedIn, now, trans, children }: IProps): JSX.Element {
  const { account, ambient, chosenTenantId } = signedIn;
  // An ambient identity has the name of the machine or the tool, and its own user name.
  const isNamed = account.name !== account.username;
  const tenantId = chosenTenantId ?? account.tenantId;
  const name = useSignalled(tenantNamesChanged, () => tenantName(tenantId, account));
  return (
    <div className="jp-AzurePanel-person">
      <span
        className={`jp-AzurePanel-avatar${ambient ? ' jp-mod-machine' : ''}`}
        aria-hidden="true"
      >
        {ambient ? <MachineIcon /> : initials(account)}
      </span>
      <div className="jp-AzurePanel-about">
        {(ambient || isNamed) && <div className="jp-AzurePanel-name">{account.name}</div>}
        {(!ambient || isNamed) && (
          <div className="jp-AzurePanel-username">
            {ambient ? trans.__('acts as %1', account.username) : account.username}
          </div>
        )}
        <div title={formatExact(signedIn.expiresAt)}>{formatLifetime(signedIn, now, trans)}</div>
        {children}
      </div>
      {isKnown(tenantId) && (
        <div className="jp-AzurePanel-tenant" title={tenantId}>
          {trans.__('Tenant')} <span>{name}</span>
        </div>
      )}
    </div>
  );
}

/** Return how the user signed in, where that is stored, and when it ends. */
function formatLifetime(
  { ambient, source, persistedIn, expiresAt }: IAzureSignedIn,
  now: number,
  trans: TranslationBundle
): string {
  if (ambient) {
    return trans.__('signed in automatically');
  }
  const how =
    source === 'device-code' ? trans.__('sign-in with a code') : trans.__('browser sign-in');
  switch (persistedIn) {
    case 'tab':
      return trans.__('%1, %2', how, formatExpiry(expiresAt, now, trans));
    case 'other-tab':
      return trans.__('%1 from another tab, %2', how, formatExpiry(expiresAt, now, trans));
    case 'memory':
      return trans.__('%1 for all tabs, %2', how, formatExpiry(expiresAt, now, trans));
    case 'keychain':
      return trans.__('%1, stored in the Jupyter server’s keychain until you sign out', how);
    case 'file':
      return trans.__('%1, stored in a file on the Jupyter server until you sign out', how);
  }
}

/** Whether the tenant is known: some machines do not report theirs. */
function isKnown(tenantId: string): boolean {
  return tenantId !== '' && tenantId !== 'unknown';
}

/** Return the initials of a name's first and last word, otherwise its first two letters. */
export function initials(account: IAzureAccount): string {
  // Only the part before the @ is a name.
  const words = account.name.replace(/@.*/, '').match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = '?', last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  // By code points: a letter may take two units of a string.
  const letters = last ? [[...first][0], [...last][0]] : [...first].slice(0, 2);
  return letters.join('').toLocaleUpperCase();
}

function MachineIcon(): JSX.Element {
  return (
    <svg viewBox="0 0 16 16">
      <path d="M2 3h12v8H2Z" fill="none" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 11v2.5M5 13.5h6" stroke="currentColor" />
    </svg>
  );
}
