import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import { AzureAuthError } from '../auth/errors';
import { messageFor } from '../auth/messages';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureSignedIn } from '../tokens';
import { CopyLine } from './copy-button';
import { type ITenant, readTenants, chooseTenant } from './tenants';
import { TextButton } from './button';

interface IProps {
  readonly auth: IPageAuth;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/**
 * The directories of the account by name, guest directories included, once the user asks, and the
 * choice between them.
 */
export function Directories({ auth, signedIn, trans }: IProps): JSX.Element {
  const [tenants, setTenants] = useState<readonly ITenant[] | 'reading' | 'failed' | null>(null);
  const [problem, setProblem] = useState('');
  const { account, chosenTenantId, persistedIn } = signedIn;
  const read = (): void => {
    setTenants('reading');
    readTenants(auth).then(setTenants, () => setTenants('failed'));
  };
  const use = (tenantId: string): void => {
    setProblem('');
    chooseTenant(auth, account, tenantId).catch((error: unknown) =>
      setProblem(reasonOf(error, trans))
    );
  };
  const isBorrowed = persistedIn === 'other-tab';
  return (
    <>
      {chosenTenantId !== undefined && !isBorrowed && (
        <TextButton label={trans.__('Use home directory')} onPress={() => use(account.tenantId)} />
      )}
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {problem}
      </p>
      {Array.isArray(tenants) ? (
        <>
          <ul className="jp-AzurePanel-lines">
            {tenants.map((tenant: ITenant) => (
              <Directory
                key={tenant.id}
                tenant={tenant}
                isCurrent={tenant.id === (chosenTenantId ?? account.tenantId)}
                onUse={isBorrowed ? null : () => use(tenant.id)}
                trans={trans}
              />
            ))}
          </ul>
          <p className="jp-AzurePanel-aside">
            {isBorrowed
              ? trans.__('Choose the directory in the tab in which you signed in.')
              : trans.__(
                  'From their next request on, kernels use the directory that you choose. A notebook can name another one: JupyterCredential(tenant_id="…").'
                )}
          </p>
        </>
      ) : (
        <Unread tenants={tenants} onRead={read} trans={trans} />
      )}
    </>
  );
}

interface IUnreadProps {
  readonly tenants: unknown;
  readonly onRead: () => void;
  readonly trans: TranslationBundle;
}

/** What is shown until the list is there. */
function Unread({ tenants, onRead, trans }: IUnreadProps): JSX.Element {
  if (tenants === 'reading') {
    return <p role="status">{trans.__('Reading your directories…')}</p>;
  }
  return (
    <div role="status">
      {tenants === 'failed' && (
        <p className="jp-AzurePanel-aside">
          {trans.__('Your directories could not be read. Your account may lack access.')}
        </p>
      )}
      <TextButton label={trans.__('Show my directories')} onPress={onRead} />
    </div>
  );
}

interface IDirectoryProps {
  readonly tenant: ITenant;
  readonly isCurrent: boolean;
  /** Uses the directory; null if this tab cannot choose. */
  readonly onUse: (() => void) | null;
  readonly trans: TranslationBundle;
}

function Directory({ tenant, isCurrent, onUse, trans }: IDirectoryProps): JSX.Element {
  const { id, name, domain } = tenant;
  return (
    <li>
      <strong title={id}>{name || id}</strong>
      {isCurrent && ` ${trans.__('(current)')}`}
      <div className="jp-AzurePanel-aside">{domain}</div>
      <ul>
        {!isCurrent && onUse !== null && (
          <li>
            <TextButton
              label={trans.__('Use this directory')}
              name={trans.__('Use the directory %1', name || id)}
              onPress={onUse}
            />
          </li>
        )}
        <CopyLine
          label={trans.__('Copy tenant ID')}
          name={trans.__('Copy the tenant ID of %1', name || id)}
          text={id}
          trans={trans}
        />
      </ul>
    </li>
  );
}

/** Return why there is no token of a directory, and what to do. */
function reasonOf(error: unknown, trans: TranslationBundle): string {
  if (!(error instanceof AzureAuthError)) {
    return trans.__('The directory cannot be used now. Try again.');
  }
  const { sentence, remedy } = messageFor(error.problem, trans.__('Resource Manager'), trans);
  return [sentence, remedy].join(' ');
}
