import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IActingKernel } from '../kernels/kernel-requests';
import { KernelIcon } from './kernel-icon';

interface IProps {
  readonly kernels: readonly IActingKernel[];
  readonly trans: TranslationBundle;
}

/** Names the kernels that act as another user's account, so that a user who runs a cell knows. */
export function ActingKernels({ kernels, trans }: IProps): JSX.Element {
  return (
    <>
      {kernels.map(({ kernelId, label, username }) => (
        <div key={kernelId} className="jp-AzurePanel-notice">
          <KernelIcon label={label} />
          <p>{trans.__('%1 acts as %2.', label, username)}</p>
        </div>
      ))}
    </>
  );
}
