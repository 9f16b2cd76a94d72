import React, { useMemo } from 'react';
import { type ISignInViewOptions, SignInView } from './sign-in-view';
import { filterKernels } from './filter-kernels';

interface IProps extends ISignInViewOptions {
  /** Null if the notebook has no kernel. */
  readonly kernelId: string | null;
}

/** The control for one notebook: shows only the waiting cells of its kernel. */
export function NotebookControl({ kernelId, kernels, ...options }: IProps): JSX.Element {
  const ours = useMemo(
    () => filterKernels(kernels, request => request.kernelId === kernelId),
    [kernels, kernelId]
  );
  return <SignInView {...options} kernels={ours} />;
}
