import type { FocusEvent, RefObject } from 'react';
import { useLayoutEffect, useRef } from 'react';

interface IKeptFocus {
  readonly ref: RefObject<HTMLDivElement>;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
}

/**
 * Who works with the keyboard is not thrown out when the focused button goes away because it has
 * done its work: the focus moves to the first button that is left. To be spread on a container.
 */
export function useKeptFocus(): IKeptFocus {
  const ref = useRef<HTMLDivElement>(null);
  const last = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (last.current && !last.current.isConnected) {
      last.current = null;
      ref.current?.querySelector('button')?.focus();
    }
  });
  return {
    ref,
    onFocus: event => {
      last.current = event.target;
    },
    // React says nothing of a blur that its own removal of an element caused.
    onBlur: () => {
      last.current = null;
    }
  };
}
