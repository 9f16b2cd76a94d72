import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useId } from 'react';
import type { IKernelGrant } from '../tokens';
import { GrantLines } from './grant-lines';
import { KernelIcon } from './kernel-icon';

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
  // By id, since two kernels can share a label: notebooks of different folders can share their name.
  const kernels = new Map<string, IKernelGrant[]>();
  for (const grant of grants) {
    kernels.set(grant.kernelId, [...(kernels.get(grant.kernelId) ?? []), grant]);
  }
  return (
    <section className="jp-AzurePanel-kernels" aria-labelledby={title}>
      <h3 id={title}>{trans.__('Kernels')}</h3>
      {kernels.size === 0 && (
        <p className="jp-AzurePanel-aside">{trans.__('No kernel has asked for a token yet.')}</p>
      )}
      <ul>
        {[...kernels].map(([kernelId, its]) => (
          <li key={kernelId} className="jp-AzurePanel-kernel">
            <KernelIcon label={its[0]!.label} />
            <div>
              <div>{its[0]!.label}</div>
              <GrantLines grants={its} renews={renews} now={now} trans={trans} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
