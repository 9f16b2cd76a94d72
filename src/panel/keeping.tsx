import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IAzureSession, IAzureSignedIn } from '../tokens';

interface IProps {
  readonly session: IAzureSession;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/** A switch for whether the sign-in survives a restart of the Jupyter server. */
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
        // Shows the click at once, then what the server extension says.
        checked={wish ?? isKept}
        onChange={({ target }) => {
          setWish(target.checked);
          session.keep(target.checked).then(settle, settle);
        }}
      />
      {signedIn.keeps === 'keychain'
        ? trans.__('Stay signed in (stored in the Jupyter server’s keychain)')
        : trans.__('Stay signed in (stored in a file on the Jupyter server)')}
    </label>
  );
}
