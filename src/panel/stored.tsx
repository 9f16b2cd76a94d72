import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IAzureSession } from '../tokens';
import { Button } from './button';
import { useSignalled } from './live';

interface IProps {
  readonly session: IAzureSession;
  /** Whether the user can continue a sign-in of another server. */
  readonly canContinue: boolean;
  readonly trans: TranslationBundle;
}

/** Stored sign-ins that this server does not use: one to be erased, and those to continue with. */
export function Stored({ session, canContinue, trans }: IProps): JSX.Element {
  const { erasing, restorable } = useSignalled(session.consideredChanged, () => session.stored);
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
            onPress={() => void session.continueAs(id).catch(() => undefined)}
          />
        ))}
    </>
  );
}
