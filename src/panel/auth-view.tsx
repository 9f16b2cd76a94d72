import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useEffect, useRef, useState } from 'react';
import type { IPageAuth, IAzureSignInMethod } from '../auth/page-auth';
import type { IKernelRequests, IWaitingRequest } from '../kernels/kernel-requests';
import type { AzureAuthState, AzureProblemCode, IAzureSignedIn, SignInMethodName } from '../tokens';
import { currentAccount } from '../auth/account';
import { Button, TextButton } from './button';
import { Candidates } from './candidates';
import { CopyDetails } from './copy-details';
import { Actions } from './actions';
import { DeviceCode } from './device-code';
import { FixableSource, fixableCandidate } from './fixable-source';
import { GRANT_DELAY_MS, useFocusRecovery, useOthers, useSettled, useSignalled } from './hooks';
import { PersistenceToggle } from './persistence-toggle';
import { OtherMethods } from './other-methods';
import { AccountCard } from './account-card';
import { AccountMenu } from './account-menu';
import { LocalhostLink } from './localhost-link';
import { CopyText, Registration } from './registration';
import { type IPanelViewModel, panelViewModel, shownState } from './view-model';
import { UsableGrants } from './usable-grants';
import { isSignIn } from './request-text';
import { PanelMessage } from './panel-message';
import { StoredSignIns } from './stored-sign-ins';
import { bestMethod, findMethod, leadsToLocalhost, signInBy } from './methods';
import './styles';

interface IProps {
  readonly auth: IPageAuth;
  readonly kernels: IKernelRequests;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly trans: TranslationBundle;
  /** Shows the panel, if this is outside of it: a sign-in with a code starts there only. */
  readonly showPanel?: () => void;
  /** Whether this is the card of a waiting cell: the rest is in the panel. */
  readonly isBrief?: boolean;
}

/** The current sign-in, what waits for it, and the one thing to do next. */
export function AuthView({ auth, kernels, now, trans, showPanel, isBrief }: IProps): JSX.Element {
  const current = useSignalled(auth.stateChanged, () => auth.state);
  const waiting = useUnansweredRequests(current, kernels);
  const state = shownState(current, waiting[0] ?? null);
  const grants = useSignalled(kernels.changed, () => kernels.grants);
  const { methods } = auth;
  const model = panelViewModel(state, methods, waiting[0] ?? null, trans);
  const { signedIn } = model;
  const hasLeft = useJustSignedOut(state);
  const method = model.main && state.kind !== 'signing-in' ? bestMethod(methods) : null;
  const redirectUri = findMethod(methods, 'popup')?.redirectUri ?? null;
  const candidates = useSignalled(auth.candidatesChanged, () => auth.candidates);
  const cause = fixableCandidate(state, candidates);
  return (
    <div className="jp-AzurePanel-session" {...useFocusRecovery()}>
      {cause && <FixableSource auth={auth} cause={cause} trans={trans} />}
      <PanelMessage state={state} model={model} waiting={waiting} hasLeft={hasLeft} trans={trans} />
      {state.kind === 'needs-attention' && <CopyDetails problem={state.problem} trans={trans} />}
      {state.kind === 'signing-in' && state.deviceCode && (
        <DeviceCode code={state.deviceCode} trans={trans} />
      )}
      {leadsToLocalhost(state, methods) && <LocalhostLink primary trans={trans} />}
      {state.kind === 'not-configured' && redirectUri !== null && (
        <Registration redirectUri={redirectUri} trans={trans} />
      )}
      {isAbout('wrong_redirect_uri', state) && redirectUri !== null && (
        <CopyText text={redirectUri} trans={trans} />
      )}
      <Actions {...{ state, model, auth, kernels, trans, showPanel }} />
      {!isBrief && signedIn && (
        <AccountCard signedIn={signedIn} now={now} trans={trans}>
          {state.kind === 'needs-attention' && (
            <UsableGrants problem={state.problem} grants={grants} now={now} trans={trans} />
          )}
        </AccountCard>
      )}
      {!showPanel && <AccountMenu auth={auth} signedIn={signedIn} trans={trans} />}
      {method?.customAuthority && (
        <p className="jp-AzurePanel-sentence">
          {trans.__('Sign-in page: %1', method.customAuthority)}
        </p>
      )}
      {method?.appName && (
        <p className="jp-AzurePanel-aside">
          {trans.__(
            'On Microsoft’s page, this app appears as “%1”. That’s expected.',
            method.appName
          )}
        </p>
      )}
      {isBrief && showPanel ? (
        <TextButton label={trans.__('More in the Azure panel')} onPress={showPanel} />
      ) : (
        <SignInDetails {...{ auth, state, model, trans, showPanel }} />
      )}
    </div>
  );
}

interface IDetailsProps {
  readonly auth: IPageAuth;
  readonly state: AzureAuthState;
  readonly model: IPanelViewModel;
  readonly trans: TranslationBundle;
  readonly showPanel: (() => void) | undefined;
}

/** What can be done with the sign-in besides answering a waiting cell. */
function SignInDetails(props: IDetailsProps): JSX.Element {
  const { auth, state, model, trans, showPanel } = props;
  const { methods } = auth;
  const { signedIn } = model;
  const canReplace = (signedIn === null || signedIn.ambient) && isIdle(state);
  return (
    <>
      <StoredSignIns auth={auth} canContinue={canReplace} trans={trans} />
      {signedIn && <PersistenceToggle auth={auth} signedIn={signedIn} trans={trans} />}
      <SignOutAction {...props} />
      {canReplace && (
        <OtherMethods
          auth={auth}
          methods={methods.filter(({ name }) => !isShown(name, state, methods))}
          request={model.main?.request ?? null}
          showPanel={showPanel}
          trans={trans}
        />
      )}
      <Candidates auth={auth} state={state} trans={trans} />
    </>
  );
}

/** Whether nothing is in progress that other methods would disturb. */
function isIdle({ kind }: AzureAuthState): boolean {
  return kind !== 'starting' && kind !== 'signing-in';
}

/** Whether a method is already shown above: the best one, or how to set one up. */
function isShown(
  name: SignInMethodName,
  state: AzureAuthState,
  methods: readonly IAzureSignInMethod[]
): boolean {
  return (
    name === (state.kind === 'not-configured' ? 'popup' : bestMethod(methods)?.name) ||
    (name === 'loopback' && leadsToLocalhost(state, methods))
  );
}

/** The button to sign out. An ambient identity cannot be signed out, but a user can replace it. */
function SignOutAction(props: IDetailsProps): JSX.Element | null {
  const { auth, state, model, trans, showPanel } = props;
  const { main, signedIn } = model;
  const method = bestMethod(auth.methods);
  if (signedIn?.ambient) {
    return main === null && method !== null ? (
      <Button
        key="someone-else"
        label={trans.__('Sign in as someone else')}
        onPress={() => signInBy(method.name, null, auth, showPanel)}
      />
    ) : null;
  }
  // An expired sign-in can still be signed out; until then kernels do not fall back to the machine.
  return signedIn !== null || isAbout('sign_in_ended', state) ? (
    <>
      {signedIn === null && <SwitchActions auth={auth} trans={trans} />}
      <Button
        key="out"
        label={trans.__('Sign out')}
        // If the server has not confirmed it, the state says so.
        onPress={() => void auth.signOut().catch(() => undefined)}
      />
    </>
  ) : null;
}

/** The accounts that can take the place of one whose sign-in has ended. */
function SwitchActions({ auth, trans }: Pick<IDetailsProps, 'auth' | 'trans'>): JSX.Element {
  return (
    <>
      {useOthers(auth).map(({ id, username }) => (
        <Button
          key={id}
          label={trans.__('Switch to %1', username)}
          onPress={() => void auth.switchTo(id).catch(() => undefined)}
        />
      ))}
    </>
  );
}

function isAbout(code: AzureProblemCode, state: AzureAuthState): boolean {
  return state.kind === 'needs-attention' && state.problem.code === code;
}

/** Return the cells that need their user; right after a sign-in, without those that it serves. */
function useUnansweredRequests(
  state: AzureAuthState,
  kernels: IKernelRequests
): readonly IWaitingRequest[] {
  const waiting = useSignalled(kernels.changed, () => kernels.waiting);
  const settled = useSettled(GRANT_DELAY_MS, state.kind);
  return state.kind === 'signed-in' && !settled
    ? waiting.filter(request => !isSignIn(request))
    : waiting;
}

/** Whether an ambient identity has replaced an account that was signed out. */
function useJustSignedOut(state: AzureAuthState): boolean {
  const [hasLeft, setHasLeft] = useState(false);
  const before = useRef<IAzureSignedIn | null>(null);
  useEffect(() => {
    const now = currentAccount(state);
    if (now !== null) {
      const wasUser = before.current?.ambient === false;
      setHasLeft(left => now.ambient && (left || wasUser));
      before.current = now;
    }
  }, [state]);
  return hasLeft;
}
