import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { candidatesForPage } from '../auth/candidates';
import type { IPageAuth, IIdentityCandidate } from '../auth/page-auth';
import type { AzureAuthState } from '../tokens';
import { CopyButton } from './copy-button';
import { useSignalled } from './hooks';
import { fixableCandidate } from './fixable-source';
import { sourceTitle } from './source-names';
import { TryAgain } from './try-again';

interface IProps {
  readonly auth: IPageAuth;
  readonly state: AzureAuthState;
  readonly trans: TranslationBundle;
}

/** Explains why this identity is used: every source in order, and why others are not used. */
export function Candidates({ auth, state, trans }: IProps): JSX.Element | null {
  const known = useSignalled(auth.candidatesChanged, () => auth.candidates);
  if (known.length === 0) {
    return null;
  }
  const lines = candidatesForPage(known, state).map(one => lineOf(one, trans));
  return (
    <details className="jp-AzurePanel-more">
      <summary>{trans.__('How this was chosen')}</summary>
      <ol className="jp-AzurePanel-chosen">
        {lines.map(({ title, outcome, reason, isSelected }) => (
          <li key={title} className={isSelected ? 'jp-mod-used' : ''}>
            {trans.__('%1: %2', title, outcome)}
            {reason !== null && <div>{reason}</div>}
          </li>
        ))}
      </ol>
      <div className="jp-AzurePanel-links">
        <CopyButton
          label={trans.__('Copy for a support request')}
          text={lines.map(asText).join('\n')}
          trans={trans}
        />
        {fixableCandidate(state, known) === null && <TryAgain auth={auth} trans={trans} />}
      </div>
    </details>
  );
}

interface ILine {
  readonly title: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly isSelected: boolean;
}

function lineOf({ source, outcome, reason }: IIdentityCandidate, trans: TranslationBundle): ILine {
  const outcomes = {
    selected: trans.__('used'),
    unavailable: trans.__('not used'),
    skipped: trans.__('not asked')
  };
  return {
    title: sourceTitle(source, trans),
    outcome: outcomes[outcome],
    reason,
    isSelected: outcome === 'selected'
  };
}

/** Contains no user names. */
function asText({ title, outcome, reason }: ILine, index: number): string {
  return [`${index + 1}. ${title}: ${outcome}`, ...(reason === null ? [] : [reason])].join('. ');
}
