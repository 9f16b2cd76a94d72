import React, { useMemo, useRef } from 'react';
import { useSignalled } from '../panel/hooks';
import { type ISignInViewOptions, SignInView } from './sign-in-view';
import { filterKernels } from './filter-kernels';

interface IProps extends ISignInViewOptions {
  readonly requestId: string;
  /** The kernel's own text. */
  readonly text: string;
}

/** Shows the control while this page's user is prompted; otherwise what the kernel says. */
export function WaitingView({ requestId, text, kernels, ...options }: IProps): JSX.Element | null {
  const ours = useMemo(
    () => filterKernels(kernels, request => request.requestId === requestId),
    [kernels, requestId]
  );
  const waiting = useSignalled(ours.changed, () => ours.waiting);
  const wasShown = useRef(false);
  if (waiting.length > 0) {
    wasShown.current = true;
    return <SignInView {...options} kernels={ours} isBrief />;
  }
  // The wait is over, or about to be, and the kernel's text is no longer true.
  return wasShown.current ? null : <p>{text}</p>;
}
