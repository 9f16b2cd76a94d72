import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useMemo } from 'react';
import { messageFor } from '../auth/messages';
import { problemDetails } from '../auth/problem-details';
import type { IAzureProblem } from '../tokens';
import { helpUrl } from './help-url';
import { useCopy } from './hooks';

interface IProps {
  readonly problem: IAzureProblem;
  readonly trans: TranslationBundle;
}

/** Copies what an administrator needs to know about a problem. */
export function CopyDetails({ problem, trans }: IProps): JSX.Element {
  const { copied, copy } = useCopy();
  const seenAt = useMemo(() => new Date(), [problem]);
  const { shown } = messageFor(problem, null, trans);
  return (
    <div className="jp-AzurePanel-links">
      <button
        type="button"
        className="jp-AzurePanel-link"
        onClick={() => copy(problemDetails(problem, shown, seenAt, trans))}
      >
        {copied ? trans.__('Copied') : trans.__('Copy details')}
      </button>
      <a
        className="jp-AzurePanel-link"
        href={helpUrl(problem)}
        target="_blank"
        rel="noopener noreferrer"
      >
        {trans.__('Learn more')}
      </a>
    </div>
  );
}
