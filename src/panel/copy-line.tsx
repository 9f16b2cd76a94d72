import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { useCopy } from './hooks';
import { TextButton } from './button';

/** A list entry that copies a text. */
export function CopyLine(props: {
  readonly label: string;
  readonly name?: string;
  readonly text: string;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { copied, copy } = useCopy();
  const { label, name, text, trans } = props;
  return (
    <li>
      <TextButton
        label={copied ? trans.__('Copied') : label}
        {...(name === undefined ? {} : { name })}
        title={text}
        onPress={() => copy(text)}
      />
    </li>
  );
}
