import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureSignedIn } from '../tokens';
import { CopyLine } from './copy-button';
import { Details } from './details';
import { Directories } from './directories';
import { useOthers } from './hooks';
import { TextButton } from './button';

interface IProps {
  readonly auth: IPageAuth;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

interface IMenuProps extends Omit<IProps, 'signedIn'> {
  /** Null while no account is signed in, as while another one is added. */
  readonly signedIn: IAzureSignedIn | null;
}

/** What a user can do with accounts and directories, folded; hidden if there is no account. */
export function AccountMenu({ auth, signedIn, trans }: IMenuProps): JSX.Element {
  const user = signedIn?.ambient === false ? signedIn : null;
  return (
    <Details
      className="jp-AzurePanel-menu"
      label={trans.__('Accounts and directories')}
      hidden={user === null}
    >
      {user && <Accounts key={user.account.id} auth={auth} signedIn={user} trans={trans} />}
    </Details>
  );
}

/** Switches between accounts, and shows what else identifies the current one. */
function Accounts({ auth, signedIn, trans }: IProps): JSX.Element {
  const { account, chosenTenantId, persistedIn, source } = signedIn;
  const [objectId = ''] = account.id.split('.');
  const isInOther = persistedIn === 'other-tab';
  const others = useOthers(auth);
  const [hasFailed, setHasFailed] = useState(false);
  const press = (done: Promise<void>): void => {
    setHasFailed(false);
    done.catch(() => setHasFailed(true));
  };
  return (
    <div className="jp-AzurePanel-ways">
      <ul className="jp-AzurePanel-lines">
        {(isInOther ? [] : others).map(({ id, username }) => (
          <li key={id} className="jp-AzurePanel-kernelHead">
            <TextButton
              label={trans.__('Switch to %1', username)}
              onPress={() => press(auth.switchTo(id))}
            />
            <TextButton
              label={trans.__('Sign out')}
              name={trans.__('Sign out of %1', username)}
              onPress={() => press(auth.signOutOf(id))}
            />
          </li>
        ))}
        <li>
          <TextButton
            label={
              isInOther ? trans.__('Sign in as someone else') : trans.__('Add another account')
            }
            // No `await` before this call: browsers open windows only inside a click.
            onPress={() =>
              // Only a click in the panel starts a code, which must be named.
              void (source === 'device-code' ? auth.signIn(ANOTHER, source) : auth.signIn(ANOTHER))
            }
          />
        </li>
      </ul>
      {hasFailed && (
        <p className="jp-AzurePanel-sentence" role="alert">
          {trans.__('The Jupyter server did not respond, so the accounts have not changed.')}
        </p>
      )}
      <p className="jp-AzurePanel-aside">{note(persistedIn, trans)}</p>
      <ul className="jp-AzurePanel-lines">
        <CopyLine label={trans.__('Copy user name')} text={account.username} trans={trans} />
        <CopyLine
          label={trans.__('Copy tenant ID')}
          text={chosenTenantId ?? account.tenantId}
          trans={trans}
        />
        <CopyLine label={trans.__('Copy object ID')} text={objectId} trans={trans} />
      </ul>
      <Directories auth={auth} signedIn={signedIn} trans={trans} />
    </div>
  );
}

/** A sign-in for no token, in which the user chooses the account. */
const ANOTHER = { scopes: [], prompt: true };

/** Return which account kernels use, and how long the others are kept. */
function note(persistedIn: IAzureSignedIn['persistedIn'], trans: TranslationBundle): string {
  switch (persistedIn) {
    case 'tab':
      return trans.__(
        'After you switch, kernels use the new account from their next request on. This tab keeps the others until you sign out.'
      );
    case 'other-tab':
      return trans.__('Only this tab uses the account that you sign in with here.');
    default:
      return trans.__(
        'After you switch, kernels use the new account from their next request on. The Jupyter server keeps the others until you sign out or it stops.'
      );
  }
}
