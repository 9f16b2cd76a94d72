import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IActingKernel } from '../kernels/kernel-requests';
import { KernelIcon } from './kernel-icon';

interface IProps {
  readonly kernels: readonly IActingKernel[];
  readonly trans: TranslationBundle;
}

/** Says which kernels act as another user, so that nobody does without knowing it. */
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
