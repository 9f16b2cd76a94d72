import type { FocusEvent, RefObject } from 'react';
import { useLayoutEffect, useRef } from 'react';

interface IFocusRecovery {
  readonly ref: RefObject<HTMLDivElement>;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: () => void;
}

/**
 * Keep the focus of keyboard users when the focused button disappears because it has done its work:
 * the focus moves to the first remaining button. Spread the result on a container.
 */
export function useFocusRecovery(): IFocusRecovery {
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
    // React does not fire `blur` if its own removal of an element caused it.
    onBlur: () => {
      last.current = null;
    }
  };
}
