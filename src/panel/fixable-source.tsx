import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IPageAuth, IIdentityCandidate } from '../auth/page-auth';
import type { AzureAuthState } from '../tokens';
import { TryAgain } from './try-again';

interface IProps {
  readonly auth: IPageAuth;
  readonly cause: IIdentityCandidate;
  readonly trans: TranslationBundle;
}

/** Explains first why kernels cannot use the machine's identity, and what the user can do. */
export function FixableSource({ auth, cause, trans }: IProps): JSX.Element {
  return (
    <div className="jp-AzurePanel-notice jp-mod-fixable">
      <div>
        {/* The sentence is for kernels too, and the link is right below. */}
        <p>{cause.reason?.replace(' in the Azure panel', '')}</p>
        <TryAgain auth={auth} trans={trans} />
      </div>
    </div>
  );
}

/** Return the candidate that should work but does not, if kernels have no other identity. */
export function fixableCandidate(
  { kind }: AzureAuthState,
  candidates: readonly IIdentityCandidate[]
): IIdentityCandidate | null {
  const isFree = kind === 'signed-out' || kind === 'not-configured';
  return (isFree && candidates.find(one => one.fixable && one.reason !== null)) || null;
}
