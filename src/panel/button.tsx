import React, { type InputHTMLAttributes } from 'react';

interface IProps {
  readonly label: string;
  readonly onPress: () => void;
  /** Highlights the one thing to do now. */
  readonly primary?: boolean;
  readonly disabled?: boolean;
}

/** A button that reacts once to a double click or a held key. */
export function Button({ label, onPress, primary, disabled }: IProps): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-AzurePanel-button${primary ? ' jp-mod-primary' : ''}`}
      disabled={disabled ?? false}
      onClick={event => {
        // The label changes under the pointer: the second click of a double click on `Sign in` must
        // not hit `Cancel`.
        if (event.detail < 2) {
          onPress();
        }
      }}
      onKeyDown={event => {
        // A key that is held down clicks repeatedly.
        if (event.repeat && event.key === 'Enter') {
          event.preventDefault();
        }
      }}
    >
      {label}
    </button>
  );
}

export interface ITextButtonProps {
  readonly label: string;
  /** For screen readers, if the label alone does not say what it is about. */
  readonly name?: string;
  readonly title?: string;
  /** Whether its last press is still in progress. The button keeps the focus until then. */
  readonly isBusy?: boolean;
  readonly onPress: () => void;
}

/** A button that looks like a link. */
export function TextButton(props: ITextButtonProps): JSX.Element {
  const { label, name, title, isBusy, onPress } = props;
  return (
    <button
      type="button"
      className="jp-AzurePanel-link"
      aria-label={name}
      aria-disabled={isBusy}
      title={title}
      onClick={isBusy ? undefined : onPress}
    >
      {label}
    </button>
  );
}

/** A switch with its label. */
export function Switch(props: InputHTMLAttributes<HTMLInputElement>): JSX.Element {
  const { children, ...input } = props;
  return (
    <label className="jp-AzurePanel-keeping">
      <input type="checkbox" role="switch" {...input} />
      {children}
    </label>
  );
}
