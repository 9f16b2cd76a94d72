import React, { useMemo, useRef } from 'react';
import { useSignalled } from '../panel/live';
import { type IControlOptions, SignInControl } from './control';
import { narrowed } from './narrowed';

interface IProps extends IControlOptions {
  readonly requestId: string;
  /** The kernel's own text. */
  readonly text: string;
}

/** Shows the control while this page's user is prompted; otherwise what the kernel says. */
export function Waiting({ requestId, text, kernels, ...options }: IProps): JSX.Element | null {
  const ours = useMemo(
    () => narrowed(kernels, request => request.requestId === requestId),
    [kernels, requestId]
  );
  const waiting = useSignalled(ours.changed, () => ours.waiting);
  const asked = useRef(false);
  if (waiting.length > 0) {
    asked.current = true;
    return <SignInControl {...options} kernels={ours} />;
  }
  // The wait is over, or about to be, and the kernel's text is no longer true.
  return asked.current ? null : <p>{text}</p>;
}
