import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { Button } from './button';

interface IProps {
  readonly onAnswer: (enabled: boolean) => void;
  readonly trans: TranslationBundle;
}

/** Offers, once for a server, that programs that do not know this extension use the sign-in. */
export function ProgramAccessOffer({ onAnswer, trans }: IProps): JSX.Element {
  return (
    <div role="group" aria-label={trans.__('Other programs')} className="jp-AzurePanel-session">
      <p className="jp-AzurePanel-sentence">
        {trans.__(
          'Let other programs use this sign-in? Notebooks with DefaultAzureCredential and Azure SDKs in any language then work without changes.'
        )}
      </p>
      <Button label={trans.__('Turn on')} onPress={() => onAnswer(true)} />
      <Button label={trans.__('Not now')} onPress={() => onAnswer(false)} />
    </div>
  );
}
