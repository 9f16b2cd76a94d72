import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IWaitingRequest } from '../tokens';
import { KernelIcon } from './kernel-icon';
import { resourceName } from './resources';
import { Sentence } from './sentence';

interface IProps {
  /** Oldest first. */
  readonly waiting: readonly IWaitingRequest[];
  readonly trans: TranslationBundle;
}

/** Which cell waits for what. One is asked about, the others are counted: a list can be a bomb. */
export function WaitingList({ waiting, trans }: IProps): JSX.Element | null {
  const [first, ...others] = waiting;
  if (!first) {
    return null;
  }
  return (
    <div className="jp-AzurePanel-notice">
      <KernelIcon label={first.label} />
      <div>
        <p>
          <Sentence
            text={trans.__('%1 is waiting for a token for %2.', '%1', '%2')}
            parts={[first.label, resourceName(first.need.scopes)]}
          />
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
