import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AzureSessionState, IWaitingRequest } from '../tokens';
import { spelled } from './device-code';
import { useSettled } from './live';
import { Problem } from './problem';
import { actsAs, type ISessionPlan } from './session-plan';
import { WaitingList } from './waiting-list';

interface IProps {
  readonly state: AzureSessionState;
  readonly plan: ISessionPlan;
  readonly waiting: readonly IWaitingRequest[];
  /** Whether the user has just signed out and kernels now use the ambient identity. */
  readonly hasLeft: boolean;
  readonly trans: TranslationBundle;
}

/** Always rendered, in the same place: a live region announces its changes, not its arrival. */
export function Status({ state, plan, waiting, hasLeft, trans }: IProps): JSX.Element {
  // What the card below already says is for screen readers only.
  const spokenOnly = state.kind === 'signed-in' && plan.prompt === null && !hasLeft;
  return (
    <div role="status" className={spokenOnly ? 'jp-AzurePanel-spoken' : 'jp-AzurePanel-status'}>
      {plan.problem !== null && <Problem text={plan.problem} />}
      {plan.prompt && <WaitingList waiting={waiting} signedIn={plan.signedIn} trans={trans} />}
      <p className="jp-AzurePanel-sentence">
        {state.kind === 'starting' && (
          <Later key="starting" after={300} text={trans.__('One moment…')} spinner />
        )}
        {state.kind === 'signing-in' && <span className="jp-AzurePanel-spinner" />}
        {state.kind === 'looking' || state.kind === 'signing-out' ? (
          <Later key={state.kind} after={300} text={plan.sentence} spinner />
        ) : (
          sentenceOf(plan, hasLeft, trans)
        )}
      </p>
      {state.kind === 'signing-in' && state.deviceCode && (
        <p className="jp-AzurePanel-spoken">
          {trans.__('The code is %1.', spelled(state.deviceCode))}
        </p>
      )}
      {state.kind === 'signing-in' && state.way !== 'device-code' && (
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
function sentenceOf(plan: ISessionPlan, hasLeft: boolean, trans: TranslationBundle): string {
  return hasLeft && plan.signedIn !== null && plan.prompt === null
    ? trans.__('You are signed out. Kernels now act as %1.', actsAs(plan.signedIn))
    : plan.sentence;
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
