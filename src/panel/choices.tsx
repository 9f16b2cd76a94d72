import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { AzureSessionState, IAzureKernels, IAzureSession } from '../tokens';
import { Button } from './button';
import { useSettled } from './live';
import type { IMainAction, ISessionPlan } from './session-plan';

/**
 * Milliseconds before `Allow` can be clicked: a click already under way must not hit a prompt that
 * appears under the pointer.
 */
const READ_WITHIN = 500;

/** Milliseconds within which most machines have said whether they have an identity. */
const LOOKED_WITHIN = 1_500;

interface IProps {
  readonly state: AzureSessionState;
  readonly plan: ISessionPlan;
  readonly session: IAzureSession;
  readonly kernels: IAzureKernels;
  readonly trans: TranslationBundle;
  /** Shows the panel, if this is outside of it: a code is shown there only. */
  readonly showPanel?: (() => void) | undefined;
}

/** The main button, and the other answers to a prompt. */
export function Choices(props: IProps): JSX.Element {
  const { state, plan, session, kernels, trans, showPanel } = props;
  const { main, prompt, signedIn } = plan;
  const shares = signedIn !== null && prompt?.question === 'share';
  // Do not offer a sign-in while an ambient identity is likely to be found.
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
          // No `await` before this call: browsers open windows only inside a click.
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

/** Reserves the space of a button that may appear, so that nothing moves when it does. */
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

/** A separate button for each request, disabled until the user can have read the question. */
function Allow({ primary, onPress, trans }: IAllowProps): JSX.Element {
  const readable = useSettled(READ_WITHIN, null);
  return (
    <Button label={trans.__('Allow')} primary={primary} disabled={!readable} onPress={onPress} />
  );
}
