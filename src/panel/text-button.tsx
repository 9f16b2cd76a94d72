import React from 'react';

interface IProps {
  readonly label: string;
  /** For screen readers, if the label alone does not say what it is about. */
  readonly name?: string;
  readonly title?: string;
  readonly onPress: () => void;
}

/** A button that looks like text. */
export function TextButton({ label, name, title, onPress }: IProps): JSX.Element {
  return (
    <button
      type="button"
      className="jp-AzurePanel-textButton"
      aria-label={name}
      title={title}
      onClick={onPress}
    >
      {label}
    </button>
  );
}
