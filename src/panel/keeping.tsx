import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IAzureSession, IAzureSignedIn } from '../tokens';

interface IProps {
  readonly session: IAzureSession;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/** Whether a sign-in is there again after the server has stopped, and a switch for it. */
export function Keeping({ session, signedIn, trans }: IProps): JSX.Element | null {
  const [wish, setWish] = useState<boolean | null>(null);
  if (signedIn.automatic || signedIn.keeps === null) {
    return null;
  }
  const isKept = signedIn.kept === signedIn.keeps;
  const settle = (): void => setWish(null);
  return (
    <label className="jp-AzurePanel-keeping">
      <input
        type="checkbox"
        role="switch"
        // What was clicked stands at once; what came of it is what the server half says.
        checked={wish ?? isKept}
        onChange={({ target }) => {
          setWish(target.checked);
          session.keep(target.checked).then(settle, settle);
        }}
      />
      {signedIn.keeps === 'keychain'
        ? trans.__('Keep it in this computer’s keychain')
        : trans.__('Keep it in a file of this server')}
    </label>
  );
}
