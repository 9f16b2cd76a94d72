import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { consideredHere } from '../session/considered';
import type { AzureSessionState, IAzureSession, IConsidered } from '../tokens';
import { useCopy } from './copy';
import { useSignalled } from './live';
import { fixableCause } from './fixable';
import { sourceTitle } from './source-names';
import { TryAgain } from './try-again';

interface IProps {
  readonly session: IAzureSession;
  readonly state: AzureSessionState;
  readonly trans: TranslationBundle;
}

/** Explains why this identity is used: every source in order, and why others are not used. */
export function Chosen({ session, state, trans }: IProps): JSX.Element | null {
  const known = useSignalled(session.consideredChanged, () => session.considered);
  if (known.length === 0) {
    return null;
  }
  const lines = consideredHere(known, state).map(one => lineOf(one, trans));
  return (
    <details className="jp-AzurePanel-more">
      <summary>{trans.__('How this was chosen')}</summary>
      <ol className="jp-AzurePanel-chosen">
        {lines.map(({ title, outcome, reason, isUsed }) => (
          <li key={title} className={isUsed ? 'jp-mod-used' : ''}>
            {trans.__('%1: %2', title, outcome)}
            {reason !== null && <div>{reason}</div>}
          </li>
        ))}
      </ol>
      <div className="jp-AzurePanel-links">
        <CopyLines lines={lines} trans={trans} />
        {fixableCause(state, known) === null && <TryAgain session={session} trans={trans} />}
      </div>
    </details>
  );
}

interface ILine {
  readonly title: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly isUsed: boolean;
}

function lineOf({ source, outcome, reason }: IConsidered, trans: TranslationBundle): ILine {
  const outcomes = {
    used: trans.__('used'),
    not_used: trans.__('not used'),
    not_asked: trans.__('not asked')
  };
  return {
    title: sourceTitle(source, trans),
    outcome: outcomes[outcome],
    reason,
    isUsed: outcome === 'used'
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
