import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { type ITextButtonProps, TextButton } from './button';
import { useCopy } from './hooks';

interface IProps extends Omit<ITextButtonProps, 'onPress'> {
  readonly text: string;
  readonly trans: TranslationBundle;
}

/** A button that copies a text. */
export function CopyButton({ text, trans, ...props }: IProps): JSX.Element {
  const { copied, copy } = useCopy();
  return (
    <TextButton
      {...props}
      label={copied ? trans.__('Copied') : props.label}
      onPress={() => copy(text)}
    />
  );
}

/** A list entry that copies a short text, and shows it under the pointer. */
export function CopyLine(props: IProps): JSX.Element {
  return (
    <li>
      <CopyButton title={props.text} {...props} />
    </li>
  );
}
