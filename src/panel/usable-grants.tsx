import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IAzureProblem, IKernelGrant } from '../tokens';
import { formatClock } from './format-time';
import { resourceName } from './resource-names';

interface IProps {
  readonly problem: IAzureProblem;
  readonly grants: readonly IKernelGrant[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
}

/** Lists what kernels can still use while a problem needs attention. */
export function UsableGrants({ problem, grants, now, trans }: IProps): JSX.Element {
  const ends = new Map<string, number>();
  for (const grant of grants) {
    const resource = resourceName(grant.scopes);
    if (grant.expiresAt > now) {
      ends.set(resource, Math.max(grant.expiresAt, ends.get(resource) ?? 0));
    }
  }
  if (problem.request && problem.request.tenantId === undefined) {
    ends.delete(resourceName(problem.request.scopes));
  }
  return (
    <>
      {[...ends].map(([resource, end]) => (
        <div key={resource}>{trans.__('%1 still works until %2', resource, formatClock(end))}</div>
      ))}
    </>
  );
}
