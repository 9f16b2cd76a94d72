import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IDeviceCode } from '../tokens';
import { Button } from './button';
import { useNow } from './hooks';
import { formatRemaining } from './format-time';
import { CopyText } from './registration';

const SECOND_MS = 1_000;

interface IProps {
  readonly code: IDeviceCode;
  readonly trans: TranslationBundle;
}

/** The code, where to enter it, how long it is valid, and a warning about codes from others. */
export function DeviceCode({ code, trans }: IProps): JSX.Element {
  const { userCode, verificationUri, expiresAt } = code;
  const now = useNow(true, SECOND_MS);
  const copyAndOpen = (): void => {
    // Without a clipboard, the user types it. Neither may wait: the browser would block the window.
    navigator.clipboard?.writeText(userCode).catch(() => undefined);
    // The opened page cannot navigate this one.
    window.open(verificationUri, '_blank', 'noopener,noreferrer');
  };
  return (
    <div className="jp-AzurePanel-device">
      <CopyText text={userCode} trans={trans} />
      <div className="jp-AzurePanel-notice">
        <p>
          {trans.__(
            'Use only codes from this panel. Never enter one that someone sent you: they could act as you.'
          )}
        </p>
      </div>
      <Button
        label={trans.__('Copy and open %1', new URL(verificationUri).host)}
        primary
        onPress={copyAndOpen}
      />
      <p>{formatRemaining(expiresAt, now, trans)}</p>
    </div>
  );
}

/** Return the code as a screen reader should read it: character by character. */
export function spelled({ userCode }: IDeviceCode): string {
  return [...userCode].join(' ');
}
