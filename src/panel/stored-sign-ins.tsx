import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { Button } from './button';
import { useSignalled } from './hooks';

interface IProps {
  readonly auth: IPageAuth;
  /** Whether the user can continue a sign-in of another server. */
  readonly canContinue: boolean;
  readonly trans: TranslationBundle;
}

/** Stored sign-ins that this server does not use: one to be erased, and those to continue with. */
export function StoredSignIns({ auth, canContinue, trans }: IProps): JSX.Element {
  const { erasing, restorable } = useSignalled(auth.candidatesChanged, () => auth.stored);
  return (
    <>
      {erasing && (
        <p className="jp-AzurePanel-sentence" role="status">
          {trans.__(
            'A sign-in that has ended is still stored on the Jupyter server. If its keychain is locked, unlock it. Jupyter keeps trying to remove the sign-in.'
          )}
        </p>
      )}
      {canContinue && restorable.length > 0 && (
        <p className="jp-AzurePanel-aside">
          {trans.__('You are signed in on another Jupyter server.')}
        </p>
      )}
      {canContinue &&
        restorable.map(({ id, account }) => (
          <Button
            key={id}
            label={trans.__('Continue as %1', account.username)}
            onPress={() => void auth.continueAs(id).catch(() => undefined)}
          />
        ))}
    </>
  );
}
