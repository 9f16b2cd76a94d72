import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AzureSessionState, IAzureSession, IConsidered } from '../tokens';
import { TryAgain } from './try-again';

interface IProps {
  readonly session: IAzureSession;
  readonly cause: IConsidered;
  readonly trans: TranslationBundle;
}

/** Why the machine does not act by itself, and what its user can do: that comes first. */
export function Fixable({ session, cause, trans }: IProps): JSX.Element {
  return (
    <div className="jp-AzurePanel-notice jp-mod-fixable">
      <div>
        <p>{cause.reason}</p>
        <TryAgain session={session} trans={trans} />
      </div>
    </div>
  );
}

/** What keeps kernels from acting as a machine that should have an identity, as nobody else does. */
export function fixableCause(
  { kind }: AzureSessionState,
  considered: readonly IConsidered[]
): IConsidered | null {
  const isFree = kind === 'signed-out' || kind === 'not-configured';
  return (isFree && considered.find(one => one.fixable && one.reason !== null)) || null;
}
