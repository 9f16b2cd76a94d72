import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useRef } from 'react';
import { Button } from './button';
import { useCopy } from './hooks';
import { Sentence } from './sentence';

interface IProps {
  /** The exact address of our redirect page. */
  readonly redirectUri: string;
  readonly trans: TranslationBundle;
}

/** The steps to set up an app registration, if there is none yet. */
export function Registration({ redirectUri, trans }: IProps): JSX.Element {
  return (
    <ol className="jp-AzurePanel-steps">
      <li>
        <Sentence
          text={trans.__('In the Azure portal, open %1. Create one, or open yours.', '%1')}
          parts={[trans.__('App registrations')]}
        />
      </li>
      <li>
        <Sentence
          text={trans.__('Add this redirect URI for the platform %1:', '%1')}
          parts={[trans.__('Single-page application')]}
        />
        <CopyText text={redirectUri} trans={trans} />
      </li>
      <li>
        <Sentence
          text={trans.__(
            'Enter its client ID in the %1 settings, or as %2 in the server’s configuration.',
            '%1',
            '%2'
          )}
          parts={[trans.__('Azure'), 'c.AzureAuth.client_id']}
        />
      </li>
    </ol>
  );
}

/** Text to be copied exactly. */
export function CopyText({ text, trans }: { text: string; trans: TranslationBundle }): JSX.Element {
  const code = useRef<HTMLElement>(null);
  const { copied, copy } = useCopy();
  const selectAndCopy = (): void => {
    // Selected as well: insecure pages have no clipboard, but Ctrl+C still works.
    getSelection()?.selectAllChildren(code.current!);
    copy(text);
  };
  return (
    <div className="jp-AzurePanel-copy">
      <code ref={code}>{text}</code>
      <Button label={copied ? trans.__('Copied') : trans.__('Copy')} onPress={selectAndCopy} />
    </div>
  );
}
