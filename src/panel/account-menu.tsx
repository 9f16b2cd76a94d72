import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureSignedIn } from '../tokens';
import { useCopy, useOthers } from './hooks';
import { type ITenant, readTenants } from './tenants';
import { TextButton } from './text-button';

interface IProps {
  readonly auth: IPageAuth;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/** Switches between accounts, and shows what else identifies the current one. */
export function AccountMenu({ auth, signedIn, trans }: IProps): JSX.Element {
  const { account, persistedIn } = signedIn;
  const [objectId = ''] = account.id.split('.');
  const isInOther = persistedIn === 'other-tab';
  const others = useOthers(auth);
  const [hasFailed, setHasFailed] = useState(false);
  return (
    <div className="jp-AzurePanel-ways">
      <ul className="jp-AzurePanel-lines">
        {others.map(({ id, username }) => (
          <li key={id}>
            <TextButton
              label={trans.__('Switch to %1', username)}
              onPress={() => void auth.switchTo(id).catch(() => setHasFailed(true))}
            />
          </li>
        ))}
        <li>
          <TextButton
            label={
              isInOther ? trans.__('Sign in as someone else') : trans.__('Add another account')
            }
            // No `await` before this call: browsers open windows only inside a click.
            onPress={() => void auth.signIn(ANOTHER, ...methodOf(signedIn))}
          />
        </li>
      </ul>
      {hasFailed && (
        <p className="jp-AzurePanel-sentence" role="alert">
          {trans.__('The Jupyter server does not answer, so the account is still the same.')}
        </p>
      )}
      <p className="jp-AzurePanel-aside">{note(persistedIn, trans)}</p>
      <ul className="jp-AzurePanel-lines">
        <CopyLine label={trans.__('Copy user name')} text={account.username} trans={trans} />
        <CopyLine label={trans.__('Copy tenant ID')} text={account.tenantId} trans={trans} />
        <CopyLine label={trans.__('Copy object ID')} text={objectId} trans={trans} />
      </ul>
      <Directories auth={auth} current={account.tenantId} trans={trans} />
    </div>
  );
}

/** A sign-in for no token, in which the user chooses the account. */
const ANOTHER = { scopes: [], prompt: true };

/** Return the method that must be named, because no other click than one in the panel starts it. */
function methodOf({ source }: IAzureSignedIn): [] | ['device-code'] {
  return source === 'device-code' ? [source] : [];
}

/** Return which account kernels use, and how long the others are kept. */
function note(persistedIn: IAzureSignedIn['persistedIn'], trans: TranslationBundle): string {
  switch (persistedIn) {
    case 'tab':
      return trans.__(
        'Kernels use the account that you switch to from their next request on. This tab keeps the others until you sign out.'
      );
    case 'other-tab':
      return trans.__('Only this tab uses the account that you sign in with here.');
    default:
      return trans.__(
        'Kernels use the account that you switch to from their next request on. The Jupyter server keeps the others until you sign out or it stops.'
      );
  }
}

function CopyLine(props: {
  readonly label: string;
  readonly name?: string;
  readonly text: string;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { copied, copy } = useCopy();
  const { label, name, text, trans } = props;
  return (
    <li>
      <TextButton
        label={copied ? trans.__('Copied') : label}
        {...(name === undefined ? {} : { name })}
        title={text}
        onPress={() => copy(text)}
      />
    </li>
  );
}

interface IDirectoriesProps {
  readonly auth: IPageAuth;
  /** Id of the account's tenant. */
  readonly current: string;
  readonly trans: TranslationBundle;
}

/** The directories of the account by name, guest directories included, once the user asks. */
function Directories({ auth, current, trans }: IDirectoriesProps): JSX.Element {
  const [tenants, setTenants] = useState<readonly ITenant[] | 'reading' | 'failed' | null>(null);
  const read = (): void => {
    setTenants('reading');
    readTenants(auth).then(setTenants, () => setTenants('failed'));
  };
  if (tenants === null || tenants === 'failed') {
    return (
      <div role="status">
        {tenants === 'failed' && (
          <p className="jp-AzurePanel-aside">
            {trans.__('The directories cannot be read now. Your account may lack access.')}
          </p>
        )}
        <TextButton label={trans.__('Show my directories')} onPress={read} />
      </div>
    );
  }
  if (tenants === 'reading') {
    return <p role="status">{trans.__('Reading your directories…')}</p>;
  }
  return (
    <>
      <ul className="jp-AzurePanel-lines">
        {tenants.map(({ id, name, domain }) => (
          <li key={id}>
            <strong title={id}>{name || id}</strong>
            {id === current && ` ${trans.__('(current)')}`}
            <div className="jp-AzurePanel-aside">{domain}</div>
            <ul>
              <CopyLine
                label={trans.__('Copy tenant ID')}
                name={trans.__('Copy the tenant ID of %1', name || id)}
                text={id}
                trans={trans}
              />
            </ul>
          </li>
        ))}
      </ul>
      <p className="jp-AzurePanel-aside">
        {trans.__(
          'To use another directory in a notebook, pass its ID or domain: JupyterCredential(tenant_id="…").'
        )}
      </p>
    </>
  );
}
