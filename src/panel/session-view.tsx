import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import '../../style/panel.css';
import type { AzureSessionState, IAzureKernels, IAzureSession, IWaitingRequest } from '../tokens';
import { Button } from './button';
import { DeviceCode, spelled } from './device-code';
import { useKeptFocus } from './kept-focus';
import { useSettled, useSignalled } from './live';
import { Person } from './person';
import { Problem } from './problem';
import { OnLocalhost } from './on-localhost';
import { CopyText, Registration } from './registration';
import { SERVED_WITHIN } from './served';
import type { IMainAction, ISessionPlan } from './session-plan';
import { planSession } from './session-plan';
import { StillWorks } from './still-works';
import { isSignIn } from './waiting-for';
import { WaitingList } from './waiting-list';
import { bestWay, obstacleOf, wayNamed } from './ways';

/** A question that appears under the pointer cannot be answered by the click already under way. */
const READ_WITHIN = 500;

interface IProps {
  readonly session: IAzureSession;
  readonly kernels: IAzureKernels;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  /** Leads to the panel, from outside of it: a sign-in by a code begins there only. */
  readonly showPanel?: () => void;
}

/** Who is signed in, what waits for it, and the one thing to do next. */
export function SessionView({ session, kernels, now, trans, showPanel }: IProps): JSX.Element {
  const state = useSignalled(session.stateChanged, () => session.state);
  const waiting = useUnserved(state, kernels);
  const grants = useSignalled(kernels.changed, () => kernels.grants);
  const { ways } = session;
  const plan = planSession(state, ways, waiting[0] ?? null, trans);
  const { signedIn } = plan;
  const way = plan.main?.call === 'sign-in' ? bestWay(ways) : null;
  // Something better may be possible elsewhere.
  const byCode = state.kind === 'signed-out' && bestWay(ways)?.name === 'device-code';
  const redirectUri = wayNamed(ways, 'popup')?.redirectUri ?? null;
  return (
    <div className="jp-AzurePanel-session" {...useKeptFocus()}>
      <Status state={state} plan={plan} waiting={waiting} trans={trans} />
      {state.kind === 'signing-in' && state.deviceCode && (
        <DeviceCode code={state.deviceCode} trans={trans} />
      )}
      {(state.kind === 'not-configured' || byCode) &&
        obstacleOf(ways, 'loopback') === 'not_localhost' && <OnLocalhost trans={trans} />}
      {state.kind === 'not-configured' && redirectUri !== null && (
        <Registration redirectUri={redirectUri} trans={trans} />
      )}
      {isAboutRedirect(state) && redirectUri !== null && (
        <CopyText text={redirectUri} trans={trans} />
      )}
      <Choices {...{ state, plan, session, kernels, trans, showPanel }} />
      {byCode && redirectUri !== null && (
        <details>
          <summary>{trans.__('With an app registration')}</summary>
          <Registration redirectUri={redirectUri} trans={trans} />
        </details>
      )}
      {signedIn && (
        <Person signedIn={signedIn} now={now} trans={trans}>
          {state.kind === 'needs-attention' && (
            <StillWorks problem={state.problem} grants={grants} now={now} trans={trans} />
          )}
        </Person>
      )}
      {way?.foreignAuthority && (
        <p className="jp-AzurePanel-sentence">
          {trans.__('You sign in at %1.', way.foreignAuthority)}
        </p>
      )}
      {way?.shownAs && (
        <p className="jp-AzurePanel-sentence">
          {trans.__(
            'Microsoft shows this sign-in as “%1”, unless c.AzureAuth.public_client_id is set.',
            way.shownAs
          )}
        </p>
      )}
      {signedIn && <Button label={trans.__('Sign out')} onPress={() => void session.signOut()} />}
    </div>
  );
}

function isAboutRedirect(state: AzureSessionState): boolean {
  return state.kind === 'needs-attention' && state.problem.code === 'wrong_redirect_uri';
}

/** The cells that need their user; those of a sign-in that was just made are about to go on. */
function useUnserved(state: AzureSessionState, kernels: IAzureKernels): readonly IWaitingRequest[] {
  const waiting = useSignalled(kernels.changed, () => kernels.waiting);
  const settled = useSettled(SERVED_WITHIN, state.kind);
  return state.kind === 'signed-in' && !settled
    ? waiting.filter(request => !isSignIn(request))
    : waiting;
}

interface IStatusProps {
  readonly state: AzureSessionState;
  readonly plan: ISessionPlan;
  readonly waiting: readonly IWaitingRequest[];
  readonly trans: TranslationBundle;
}

/** Always there, in the same place: a live region announces its changes, not its arrival. */
function Status({ state, plan, waiting, trans }: IStatusProps): JSX.Element {
  // What the person below says already is for ears only.
  const spokenOnly = state.kind === 'signed-in' && plan.prompt === null;
  return (
    <div role="status" className={spokenOnly ? 'jp-AzurePanel-spoken' : 'jp-AzurePanel-status'}>
      {plan.problem !== null && <Problem text={plan.problem} />}
      {plan.prompt && <WaitingList waiting={waiting} signedIn={plan.signedIn} trans={trans} />}
      <p className="jp-AzurePanel-sentence">
        {state.kind === 'starting' && (
          <Later key="starting" after={300} text={trans.__('One moment…')} spinner />
        )}
        {state.kind === 'signing-in' && <span className="jp-AzurePanel-spinner" />}
        {plan.sentence}
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
            'No window to be seen? It may be hidden or closed: cancel, and try again.'
          )}
        />
      )}
    </div>
  );
}

/** Text that would only flicker, or only disturb, if it came at once. */
function Later(props: { after: number; text: string; spinner?: boolean }): JSX.Element | null {
  const due = useSettled(props.after, null);
  return due ? (
    <span className="jp-AzurePanel-sentence">
      {props.spinner && <span className="jp-AzurePanel-spinner" />}
      {props.text}
    </span>
  ) : null;
}

interface IChoicesProps {
  readonly state: AzureSessionState;
  readonly plan: ISessionPlan;
  readonly session: IAzureSession;
  readonly kernels: IAzureKernels;
  readonly trans: TranslationBundle;
  readonly showPanel: (() => void) | undefined;
}

/** The one main button, and what a prompt can be answered with besides. */
function Choices(props: IChoicesProps): JSX.Element {
  const { state, plan, session, kernels, trans, showPanel } = props;
  const { main, prompt, signedIn } = plan;
  const shares = signedIn !== null && prompt?.question === 'share';
  return (
    <div className="jp-AzurePanel-choices">
      {state.kind === 'starting' && <Reserved label={trans.__('Sign in')} />}
      {main && (
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
