import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { candidatesForPage } from '../auth/candidates';
import type { IPageAuth, IIdentityCandidate } from '../auth/page-auth';
import type { AzureAuthState } from '../tokens';
import { useCopy, useSignalled } from './hooks';
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
        <CopyLines lines={lines} trans={trans} />
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

/** Copies the list as text, for a support request. Contains no user names. */
function CopyLines(props: {
  readonly lines: readonly ILine[];
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { lines, trans } = props;
  const { copied, copy } = useCopy();
  const text = lines
    .map(({ title, outcome, reason }, index) =>
      [`${index + 1}. ${title}: ${outcome}`, ...(reason === null ? [] : [reason])].join('. ')
    )
    .join('\n');
  return (
    <button type="button" className="jp-AzurePanel-link" onClick={() => copy(text)}>
      {copied ? trans.__('Copied') : trans.__('Copy for a support request')}
    </button>
  );
}
