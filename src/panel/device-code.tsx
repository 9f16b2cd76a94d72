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
  // Inside the click, or the browser blocks it; the opened page cannot navigate this one.
  const open = (): void => void window.open(verificationUri, '_blank', 'noopener,noreferrer');
  return (
    <div className="jp-AzurePanel-device">
      <CopyText text={userCode} trans={trans} />
      <Button label={trans.__('Open %1', new URL(verificationUri).host)} primary onPress={open} />
      <p>{formatRemaining(expiresAt, now, trans)}</p>
      <div className="jp-AzurePanel-notice">
        <p>
          {trans.__(
            'Use only codes from this panel. Never enter one that someone sent you: they could act as you.'
          )}
        </p>
      </div>
    </div>
  );
}

/** Return the code as a screen reader should read it: character by character. */
export function spelled({ userCode }: IDeviceCode): string {
  return [...userCode].join(' ');
}
