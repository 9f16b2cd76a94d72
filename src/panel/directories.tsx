import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureSignedIn } from '../tokens';
import { TextButton } from './button';
import { CopyLine } from './copy-button';
import { reasonOf } from './resource-manager';
import { type ITenant, readTenants, chooseTenant } from './tenants';

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
  const [tenants, setTenants] = useState<readonly ITenant[] | null>(null);
  const [message, setMessage] = useState('');
  const [isReading, setIsReading] = useState(false);
  const { account, chosenTenantId, persistedIn } = signedIn;
  const explain = (error: unknown): void => setMessage(reasonOf(error, trans));
  const read = (): void => {
    setIsReading(true);
    setMessage(trans.__('Loading your directories…'));
    void readTenants(auth)
      .then(all => {
        setTenants(all);
        setMessage('');
      }, explain)
      .then(() => setIsReading(false));
  };
  const use = (tenantId: string): void => {
    setMessage('');
    chooseTenant(auth, account, tenantId).catch(explain);
  };
  const isBorrowed = persistedIn === 'other-tab';
  return (
    <>
      {chosenTenantId !== undefined && !isBorrowed && (
        <TextButton label={trans.__('Use home directory')} onPress={() => use(account.tenantId)} />
      )}
      <p className="jp-AzurePanel-aside" aria-live="polite">
        {message}
      </p>
      {tenants === null ? (
        <TextButton label={trans.__('Show my directories')} isBusy={isReading} onPress={read} />
      ) : (
        <>
          <ul className="jp-AzurePanel-lines">
            {tenants.map(tenant => (
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
                  'After you choose, kernels use the new directory from their next request on. A notebook can name another one: JupyterCredential(tenant_id="…").'
                )}
          </p>
        </>
      )}
    </>
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
