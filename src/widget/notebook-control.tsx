import React, { useMemo } from 'react';
import { type IControlOptions, SignInControl } from './control';
import { narrowed } from './narrowed';

interface IProps extends IControlOptions {
  /** Null if the notebook has no kernel. */
  readonly kernelId: string | null;
}

/** The control for one notebook: shows only the waiting cells of its kernel. */
export function NotebookControl({ kernelId, kernels, ...options }: IProps): JSX.Element {
  const ours = useMemo(
    () => narrowed(kernels, request => request.kernelId === kernelId),
    [kernels, kernelId]
  );
  return <SignInControl {...options} kernels={ours} />;
}
