import { type ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useState } from 'react';
import { type IIdentityEndpoint, identityEndpoint } from '../server-api/identity-endpoint';
import type { IAzureSignedIn } from '../tokens';

interface IProps {
  readonly settings: ServerConnection.ISettings;
  readonly signedIn: IAzureSignedIn;
  readonly trans: TranslationBundle;
}

/** A switch for whether programs that do not know this extension can use the sign-in. */
export function ProgramAccessToggle({ settings, signedIn, trans }: IProps): JSX.Element | null {
  const [current, setCurrent] = useState<IIdentityEndpoint | null>(null);
  // The server has no tokens of a sign-in that the browser holds.
  const isHeldByServer = !signedIn.ambient && signedIn.source !== 'popup';
  const turn = (enabled?: boolean): void => {
    const keep = (): void => setCurrent(shown => shown && { ...shown });
    identityEndpoint(settings, enabled).then(setCurrent, keep);
  };
  useEffect(() => {
    if (isHeldByServer) {
      turn();
    }
  }, [isHeldByServer]);
  if (!isHeldByServer || current === null) {
    return null;
  }
  return (
    <>
      <label className="jp-AzurePanel-keeping">
        <input
          type="checkbox"
          role="switch"
          checked={current.enabled}
          disabled={current.remedy !== null}
          onChange={({ target }) => turn(target.checked)}
        />
        {trans.__('Let other programs use this sign-in')}
      </label>
      <p className="jp-AzurePanel-aside">
        {current.remedy ??
          (current.enabled
            ? trans.__(
                'Kernels that you start now can use any Azure SDK. Restart the ones that are already running.'
              )
            : trans.__('For Azure SDKs in any language, such as DefaultAzureCredential.'))}
      </p>
    </>
  );
}
