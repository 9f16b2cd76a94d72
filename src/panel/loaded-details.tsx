import React, { type ReactNode, Suspense, useState } from 'react';

interface IProps {
  readonly className: string;
  readonly label: string;
  /** Returns the content; called, and its script loaded, only while a user has opened it. */
  readonly children: () => ReactNode;
}

/** A heading that shows and hides content that is not loaded with the panel. */
export function LoadedDetails({ className, label, children }: IProps): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={className} onToggle={event => setIsOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {isOpen && <Suspense fallback={null}>{children()}</Suspense>}
    </details>
  );
}
