import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';
import '../../style/folded.css';
import '../../style/panel.css';
import type {
  AzureSessionState,
  IAzureKernels,
  IAzureSession,
  IAzureSignedIn,
  IAzureWay,
  IWaitingRequest,
  WayName
} from '../tokens';
import { signedInOf } from '../session/account';
import { Button } from './button';
import { Chosen } from './chosen';
import { Choices } from './choices';
import { DeviceCode } from './device-code';
import { Fixable, fixableCause } from './fixable';
import { useKeptFocus } from './kept-focus';
import { useSettled, useSignalled } from './live';
import { Keeping } from './keeping';
import { OtherWays } from './other-ways';
import { Person } from './person';
import { OnLocalhost } from './on-localhost';
import { CopyText, Registration } from './registration';
import { SERVED_WITHIN } from './served';
import { type ISessionPlan, planSession, shownState } from './session-plan';
import { StillWorks } from './still-works';
import { isSignIn } from './waiting-for';
import { Status } from './status';
import { Stored } from './stored';
import { bestWay, obstacleOf, wayNamed } from './ways';

interface IProps {
  readonly session: IAzureSession;
  readonly kernels: IAzureKernels;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  /** Shows the panel, if this is outside of it: a sign-in with a code starts there only. */
  readonly showPanel?: () => void;
}

/** The current sign-in, what waits for it, and the one thing to do next. */
export function SessionView({ session, kernels, now, trans, showPanel }: IProps): JSX.Element {
  const current = useSignalled(session.stateChanged, () => session.state);
  const waiting = useUnserved(current, kernels);
  const state = shownState(current, waiting[0] ?? null);
  const grants = useSignalled(kernels.changed, () => kernels.grants);
  const { ways } = session;
  const plan = planSession(state, ways, waiting[0] ?? null, trans);
  const { signedIn } = plan;
  const hasLeft = useHasLeft(state);
  const way = plan.main?.call === 'sign-in' ? bestWay(ways) : null;
  const redirectUri = wayNamed(ways, 'popup')?.redirectUri ?? null;
  const considered = useSignalled(session.consideredChanged, () => session.considered);
  const cause = fixableCause(state, considered);
  return (
    <div className="jp-AzurePanel-session" {...useKeptFocus()}>
      {cause && <Fixable session={session} cause={cause} trans={trans} />}
      <Status state={state} plan={plan} waiting={waiting} hasLeft={hasLeft} trans={trans} />
      {state.kind === 'signing-in' && state.deviceCode && (
        <DeviceCode code={state.deviceCode} trans={trans} />
      )}
      {leadsToLocalhost(state, ways) && <OnLocalhost trans={trans} />}
      {state.kind === 'not-configured' && redirectUri !== null && (
        <Registration redirectUri={redirectUri} trans={trans} />
      )}
      {isAboutRedirect(state) && redirectUri !== null && (
        <CopyText text={redirectUri} trans={trans} />
      )}
      <Choices {...{ state, plan, session, kernels, trans, showPanel }} />
      {signedIn && (
        <Person signedIn={signedIn} now={now} trans={trans}>
          {state.kind === 'needs-attention' && (
            <StillWorks problem={state.problem} grants={grants} now={now} trans={trans} />
          )}
        </Person>
      )}
      {way?.foreignAuthority && (
        <p className="jp-AzurePanel-sentence">
          {trans.__('Sign-in page: %1', way.foreignAuthority)}
        </p>
      )}
      {way?.shownAs && (
        <p className="jp-AzurePanel-aside">
          {trans.__('On Microsoft’s page, this app appears as “%1”. That’s expected.', way.shownAs)}
        </p>
      )}
      <Stored
        session={session}
        canContinue={(signedIn === null || signedIn.automatic) && isIdle(state)}
        trans={trans}
      />
      {signedIn && <Keeping session={session} signedIn={signedIn} trans={trans} />}
      <Leave {...{ session, state, plan, trans, showPanel }} />
      {(signedIn === null || signedIn.automatic) && isIdle(state) && (
        <OtherWays
          session={session}
          ways={ways.filter(({ name }) => !isShown(name, state, ways))}
          need={plan.main?.need ?? null}
          showPanel={showPanel}
          trans={trans}
        />
      )}
      <Chosen session={session} state={state} trans={trans} />
    </div>
  );
}

/** Whether nothing is in progress that other methods would disturb. */
function isIdle({ kind }: AzureSessionState): boolean {
  return kind !== 'starting' && kind !== 'signing-in';
}

/** Whether localhost offers a better method than this address. */
function leadsToLocalhost(state: AzureSessionState, ways: readonly IAzureWay[]): boolean {
  const byCode = state.kind === 'signed-out' && bestWay(ways)?.name === 'device-code';
  return (
    (state.kind === 'not-configured' || byCode) && obstacleOf(ways, 'loopback') === 'not_localhost'
  );
}

/** Whether a method is already shown above: the best one, or how to set one up. */
function isShown(name: WayName, state: AzureSessionState, ways: readonly IAzureWay[]): boolean {
  return (
    name === (state.kind === 'not-configured' ? 'popup' : bestWay(ways)?.name) ||
    (name === 'loopback' && leadsToLocalhost(state, ways))
  );
}

interface ILeaveProps {
  readonly session: IAzureSession;
  readonly state: AzureSessionState;
  readonly plan: ISessionPlan;
  readonly trans: TranslationBundle;
  readonly showPanel: (() => void) | undefined;
}

/** The button to sign out. An ambient identity cannot be signed out, but a user can replace it. */
function Leave({ session, state, plan, trans, showPanel }: ILeaveProps): JSX.Element | null {
  const { main, signedIn } = plan;
  const way = bestWay(session.ways);
  if (signedIn?.automatic) {
    return main === null && way !== null ? (
      <Button
        key="someone-else"
        label={trans.__('Sign in as someone else')}
        onPress={() =>
          way.name === 'device-code' && showPanel
            ? showPanel()
            : void session.signIn(null, way.name)
        }
      />
    ) : null;
  }
  // An expired sign-in can still be signed out; until then kernels do not fall back to the machine.
  return signedIn !== null || isEnded(state) ? (
    <Button key="out" label={trans.__('Sign out')} onPress={() => signOut(session)} />
  ) : null;
}

/** If the server has not confirmed it, the state says so. */
function signOut(session: IAzureSession): void {
  session.signOut().catch(() => undefined);
}

function isEnded(state: AzureSessionState): boolean {
  return state.kind === 'needs-attention' && state.problem.code === 'sign_in_ended';
}

function isAboutRedirect(state: AzureSessionState): boolean {
  return state.kind === 'needs-attention' && state.problem.code === 'wrong_redirect_uri';
}

/** Return the cells that need their user; right after a sign-in, without those that it serves. */
function useUnserved(state: AzureSessionState, kernels: IAzureKernels): readonly IWaitingRequest[] {
  const waiting = useSignalled(kernels.changed, () => kernels.waiting);
  const settled = useSettled(SERVED_WITHIN, state.kind);
  return state.kind === 'signed-in' && !settled
    ? waiting.filter(request => !isSignIn(request))
    : waiting;
}

/** Whether an ambient identity has replaced an account that was signed out. */
function useHasLeft(state: AzureSessionState): boolean {
  const [hasLeft, setHasLeft] = useState(false);
  const before = useRef<IAzureSignedIn | null>(null);
  useEffect(() => {
    const now = signedInOf(state);
    if (now !== null) {
      const wasPerson = before.current?.automatic === false;
      setHasLeft(left => now.automatic && (left || wasPerson));
      before.current = now;
    }
  }, [state]);
  return hasLeft;
}
