import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useMemo } from 'react';
import { messageFor } from '../auth/messages';
import type { IAzureProblem } from '../tokens';
import { CopyButton } from './copy-button';
import { helpUrl } from './help-url';

interface IProps {
  readonly problem: IAzureProblem;
  readonly trans: TranslationBundle;
}

/** Copies what an administrator needs to know about a problem. */
export function CopyDetails({ problem, trans }: IProps): JSX.Element {
  const seenAt = useMemo(() => new Date(), [problem]);
  const { shown } = messageFor(problem, null, trans);
  return (
    <div className="jp-AzurePanel-links">
      <CopyButton
        label={trans.__('Copy details')}
        text={problemDetails(problem, shown, seenAt, trans)}
        trans={trans}
      />
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

/**
 * Return what an administrator needs to find a failed request: a code, a time, and ids. Contains
 * neither a token nor a claim.
 *
 * @param shown - The code that is shown to the user.
 * @param seenAt - When the problem was first shown: its time, unless the trace has a better one.
 */
function problemDetails(
  { trace, request }: IAzureProblem,
  shown: string,
  seenAt: Date,
  trans: TranslationBundle
): string {
  const time = trace?.time ?? `${seenAt.toISOString().slice(0, 19)}Z`;
  const tenantId = trace?.tenantId ?? request?.tenantId;
  return [
    trans.__('Code: %1', shown),
    trans.__('Time (UTC): %1', time),
    ...(trace?.correlationId ? [trans.__('Correlation ID: %1', trace.correlationId)] : []),
    ...(trace ? [trans.__('App ID: %1', trace.clientId)] : []),
    ...(tenantId ? [trans.__('Tenant: %1', tenantId)] : [])
  ].join('\n');
}
