import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IAzureProblem, IKernelGrant } from '../tokens';
import { clock } from './moments';
import { resourceName } from './resources';

interface IProps {
  readonly problem: IAzureProblem;
  readonly grants: readonly IKernelGrant[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
}

/** Lists what kernels can still use while a problem needs attention. */
export function StillWorks({ problem, grants, now, trans }: IProps): JSX.Element {
  const ends = new Map<string, number>();
  for (const grant of grants) {
    const resource = resourceName(grant.scopes);
    if (grant.expiresOn > now) {
      ends.set(resource, Math.max(grant.expiresOn, ends.get(resource) ?? 0));
    }
  }
  if (problem.need && problem.need.tenantId === undefined) {
    ends.delete(resourceName(problem.need.scopes));
  }
  return (
    <>
      {[...ends].map(([resource, end]) => (
        <div key={resource}>{trans.__('%1 still works until %2', resource, clock(end))}</div>
      ))}
    </>
  );
}
