import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';
import type { IKernelGrant } from '../tokens';
import { KernelIcon } from './kernel-icon';
import { formatElapsed, formatExact, formatValidity } from './format-time';
import { resourceName } from './resource-names';

interface IProps {
  /** Newest first. */
  readonly grants: readonly IKernelGrant[];
  /** Whether there is a sign-in that can renew tokens. */
  readonly renews: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
}

/** Lists which kernel holds a token for what, and how fresh it is. */
export function KernelList({ grants, renews, now, trans }: IProps): JSX.Element {
  const title = useId();
  const kernels = byKernel(grants);
  return (
    <section className="jp-AzurePanel-kernels" aria-labelledby={title}>
      <h3 id={title}>{trans.__('Kernels')}</h3>
      {kernels.length === 0 && (
        <p className="jp-AzurePanel-aside">{trans.__('No kernel has asked for a token yet.')}</p>
      )}
      <ul>
        {kernels.map(kernel => (
          <li key={kernel.kernelId} className="jp-AzurePanel-kernel">
            <KernelIcon label={kernel.label} />
            <div>
              <div>{kernel.label}</div>
              <ul className="jp-AzurePanel-aside">
                {[...kernel.resources].map(([resource, grant]) => (
                  <li key={resource}>
                    {resource} ·{' '}
                    <span className="jp-AzurePanel-time" title={formatExact(grant.grantedAt)}>
                      {formatElapsed(grant.grantedAt, now, trans)} ·
                    </span>{' '}
                    <span className="jp-AzurePanel-time" title={formatExact(grant.expiresAt)}>
                      {formatValidity(grant.expiresAt, now, renews, trans)}
                    </span>
                  </li>
                ))}
              </ul>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface IKernelGrants {
  readonly kernelId: string;
  readonly label: string;
  /** The newest grant for each resource, by its name. */
  readonly resources: Map<string, IKernelGrant>;
}

/**
 * Group by kernel id, since two kernels can share a label: notebooks of different folders can share
 * their name.
 */
function byKernel(grants: readonly IKernelGrant[]): IKernelGrants[] {
  const kernels = new Map<string, IKernelGrants>();
  for (const grant of grants) {
    const { kernelId, label } = grant;
    const kernel = kernels.get(kernelId) ?? { kernelId, label, resources: new Map() };
    kernels.set(kernelId, kernel);
    const resource = resourceName(grant.scopes);
    if (!kernel.resources.has(resource)) {
      kernel.resources.set(resource, grant);
    }
  }
  return [...kernels.values()];
}
