import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IWaitingRequest } from '../kernels/kernel-requests';
import type { AzureAuthState } from '../tokens';
import { spelled } from './device-code';
import { useSettled } from './hooks';
import { Problem } from './problem';
import { accountLabel, type IPanelViewModel } from './view-model';
import { WaitingList } from './waiting-list';

interface IProps {
  readonly state: AzureAuthState;
  readonly model: IPanelViewModel;
  readonly waiting: readonly IWaitingRequest[];
  /** Whether the user has just signed out and kernels now use the ambient identity. */
  readonly hasLeft: boolean;
  readonly trans: TranslationBundle;
}

/** Always rendered, in the same place: a live region announces its changes, not its arrival. */
export function PanelMessage({ state, model, waiting, hasLeft, trans }: IProps): JSX.Element {
  // What the card below already says is for screen readers only.
  const spokenOnly = state.kind === 'signed-in' && model.prompt === null && !hasLeft;
  return (
    <div role="status" className={spokenOnly ? 'jp-AzurePanel-spoken' : 'jp-AzurePanel-status'}>
      {model.problem !== null && <Problem text={model.problem} />}
      {model.prompt && <WaitingList waiting={waiting} signedIn={model.signedIn} trans={trans} />}
      <p className="jp-AzurePanel-sentence">
        {state.kind === 'signing-in' && <span className="jp-AzurePanel-spinner" />}
        {['starting', 'searching', 'signing-out'].includes(state.kind) ? (
          <Later key={state.kind} after={300} text={model.sentence} spinner />
        ) : (
          sentenceOf(model, hasLeft, trans)
        )}
      </p>
      {state.kind === 'signing-in' && state.deviceCode && (
        <p className="jp-AzurePanel-spoken">
          {trans.__('The code is %1.', spelled(state.deviceCode))}
        </p>
      )}
      {state.kind === 'signing-in' && state.method !== 'device-code' && (
        <Later
          after={15_000}
          text={trans.__(
            'Don’t see the sign-in window? It may be hidden or closed. Cancel and try again.'
          )}
        />
      )}
    </div>
  );
}

/** Return the sentence; after a sign-out, it says that kernels still have an identity. */
function sentenceOf(model: IPanelViewModel, hasLeft: boolean, trans: TranslationBundle): string {
  return hasLeft && model.signedIn !== null && model.prompt === null
    ? trans.__('You are signed out. Kernels now act as %1.', accountLabel(model.signedIn))
    : model.sentence;
}

/** Text that appears after a delay, because it would only flicker or disturb at once. */
function Later(props: { after: number; text: string; spinner?: boolean }): JSX.Element | null {
  const due = useSettled(props.after, null);
  return due ? (
    <span className="jp-AzurePanel-sentence">
      {props.spinner && <span className="jp-AzurePanel-spinner" />}
      {props.text}
    </span>
  ) : null;
}
