import React, { type ReactNode, useState } from 'react';

interface IProps {
  readonly className: string;
  readonly label: string;
  /** Rendered only while a user has opened it, because it may read from the server or Azure. */
  readonly children: ReactNode;
  /** Hides it all, but keeps it as open as it is. */
  readonly hidden?: boolean;
}

/** A heading that shows and hides content. */
export function Details({ className, label, children, hidden }: IProps): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className={className}
      hidden={hidden}
      onToggle={event => setIsOpen(event.currentTarget.open)}
    >
      <summary>{label}</summary>
      {isOpen && children}
    </details>
  );
}
