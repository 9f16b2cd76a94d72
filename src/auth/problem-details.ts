import type { TranslationBundle } from '@jupyterlab/translation';
import type { IAzureProblem } from '../tokens';

/**
 * Return what an administrator needs to find a failed request: a code, a time, and ids. Contains
 * neither a token nor a claim.
 *
 * @param shown - The code that is shown to the user.
 * @param seenAt - When the problem was first shown: its time, unless the trace has a better one.
 */
export function problemDetails(
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
