import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import type { IAzureSignedIn } from '../tokens';
import { Switch } from './button';
import { useLatest } from './hooks';

interface IProps {
  readonly auth: IPageAuth;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/** A switch for whether the sign-in survives a restart of the Jupyter server. */
export function PersistenceToggle({ auth, signedIn, trans }: IProps): JSX.Element | null {
  const [pending, setPending] = useState<boolean | null>(null);
  const follow = useLatest();
  if (signedIn.ambient || signedIn.persistableIn === null) {
    return null;
  }
  const isPersisted = signedIn.persistedIn === signedIn.persistableIn;
  const settle = (): void => setPending(null);
  return (
    <Switch
      // Shows the click at once, then what the server extension says.
      checked={pending ?? isPersisted}
      onChange={({ target }) => {
        setPending(target.checked);
        follow(auth.persist(target.checked), settle, settle);
      }}
    >
      {signedIn.persistableIn === 'keychain'
        ? trans.__('Stay signed in (stored in the Jupyter server’s keychain)')
        : trans.__('Stay signed in (stored in a file on the Jupyter server)')}
    </Switch>
  );
}
