import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IWaitingRequest } from '../kernels/kernel-requests';
import type { IAzureSignedIn } from '../tokens';
import { KernelIcon } from './kernel-icon';
import { Sentence } from './sentence';
import { requestText } from './request-text';

interface IProps {
  /** Oldest first. */
  readonly waiting: readonly IWaitingRequest[];
  readonly signedIn: IAzureSignedIn | null;
  readonly trans: TranslationBundle;
}

/** Shows one request and a count of the rest, so that a kernel cannot flood the panel. */
export function WaitingList({ waiting, signedIn, trans }: IProps): JSX.Element | null {
  const [first, ...others] = waiting;
  if (!first) {
    return null;
  }
  return (
    <div className="jp-AzurePanel-notice">
      <KernelIcon label={first.label} />
      <div>
        <p>
          <Sentence {...requestText(first, signedIn, trans)} />
        </p>
        {first.question === 'share' && (
          <p>{trans.__('Everyone who uses this kernel can act as you.')}</p>
        )}
        {others.length > 0 && (
          <p className="jp-AzurePanel-aside">
            {trans._n('and %1 more', 'and %1 more', others.length)}
          </p>
        )}
      </div>
    </div>
  );
}
