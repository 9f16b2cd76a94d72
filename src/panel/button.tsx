import React from 'react';

interface IProps {
  readonly label: string;
  readonly onPress: () => void;
  /** The one thing to do now stands out. */
  readonly primary?: boolean;
  readonly disabled?: boolean;
}

/** A button that one press presses once. */
export function Button({ label, onPress, primary, disabled }: IProps): JSX.Element {
  return (
    <button
      type="button"
      className={`jp-AzurePanel-button${primary ? ' jp-mod-primary' : ''}`}
      disabled={disabled ?? false}
      onClick={event => {
        // The label changes under the pointer: the second half of a double click on `Sign in`
        // must not hit `Cancel`.
        if (event.detail < 2) {
          onPress();
        }
      }}
      onKeyDown={event => {
        // A key that is held down clicks again and again.
        if (event.repeat && event.key === 'Enter') {
          event.preventDefault();
        }
      }}
    >
      {label}
    </button>
  );
}
