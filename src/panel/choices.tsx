import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AzureSessionState, IAzureKernels, IAzureSession } from '../tokens';
import { Button } from './button';
import { useSettled } from './live';
import type { IMainAction, ISessionPlan } from './session-plan';

/** A question that appears under the pointer cannot be answered by the click already under way. */
const READ_WITHIN = 500;

/** Milliseconds in which most machines have said whether they have an identity. */
const LOOKED_WITHIN = 1_500;

interface IProps {
  readonly state: AzureSessionState;
  readonly plan: ISessionPlan;
  readonly session: IAzureSession;
  readonly kernels: IAzureKernels;
  readonly trans: TranslationBundle;
  /** Leads to the panel, where this is outside of it: a code is shown there only. */
  readonly showPanel?: (() => void) | undefined;
}

/** The one main button, and what a prompt can be answered with besides. */
export function Choices(props: IProps): JSX.Element {
  const { state, plan, session, kernels, trans, showPanel } = props;
  const { main, prompt, signedIn } = plan;
  const shares = signedIn !== null && prompt?.question === 'share';
  // Nobody needs to sign in where a machine is about to.
  const settled = useSettled(LOOKED_WITHIN, state.kind);
  const holdsBack = state.kind === 'starting' || (state.kind === 'looking' && !settled);
  return (
    <div className="jp-AzurePanel-choices">
      {holdsBack && <Reserved label={trans.__('Sign in')} />}
      {main && !holdsBack && (
        <Button
          key="main"
          label={main.label}
          primary={main.call === 'sign-in'}
          // No `await` before this call: browsers open windows inside a click only.
          onPress={() =>
            main.way === 'device-code' && showPanel ? showPanel() : press(main, session)
          }
        />
      )}
      {prompt && shares && (
        <Allow
          key={prompt.requestId}
          primary={!main}
          onPress={() => kernels.allow(prompt)}
          trans={trans}
        />
      )}
      {prompt && state.kind !== 'signing-in' && (
        <Button key="refuse" label={trans.__('Not now')} onPress={() => kernels.refuse(prompt)} />
      )}
    </div>
  );
}

function press({ call, need, way }: IMainAction, session: IAzureSession): void {
  if (call === 'cancel') {
    session.cancel();
  } else {
    void session.signIn(need, ...(way === null ? [] : [way]));
  }
}

/** Takes the room of a button that may come, so that nothing jumps when it does. */
function Reserved({ label }: { readonly label: string }): JSX.Element {
  return (
    <span className="jp-AzurePanel-button jp-mod-reserved" aria-hidden="true">
      {label}
    </span>
  );
}

interface IAllowProps {
  readonly primary: boolean;
  readonly onPress: () => void;
  readonly trans: TranslationBundle;
}

/** An own button for each request, that cannot be pressed before it can have been read. */
function Allow({ primary, onPress, trans }: IAllowProps): JSX.Element {
  const readable = useSettled(READ_WITHIN, null);
  return (
    <Button label={trans.__('Allow')} primary={primary} disabled={!readable} onPress={onPress} />
  );
}
