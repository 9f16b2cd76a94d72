import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { type IKernelRequests, isPermission } from '../kernels/kernel-requests';
import type { AzureAuthState, IAzureTokenRequest } from '../tokens';
import { Button } from './button';
import { useSettled } from './hooks';
import { leadsToLocalhost, needsCode, signInBy } from './methods';
import { refuseLabel } from './request-text';
import type { IPanelViewModel } from './view-model';

/**
 * Milliseconds before `Allow` can be clicked: a click already under way must not hit a prompt that
 * appears under the pointer.
 */
const ALLOW_DELAY_MS = 500;

/** Milliseconds within which most machines have reported whether they have an identity. */
const AMBIENT_LOOKUP_DELAY_MS = 1_500;

interface IProps {
  readonly state: AzureAuthState;
  readonly model: IPanelViewModel;
  readonly auth: IPageAuth;
  readonly kernels: IKernelRequests;
  readonly trans: TranslationBundle;
  /** Shows the panel, if this is outside of it: a code is shown there only. */
  readonly showPanel?: (() => void) | undefined;
}

/** The main button, and the other answers to a prompt. */
export function Actions(props: IProps): JSX.Element {
  const { state, model, auth, kernels, trans, showPanel } = props;
  const { main, prompt, signedIn } = model;
  const permits = signedIn !== null && prompt !== null && isPermission(prompt);
  // Do not offer a sign-in while an ambient identity is likely to be found.
  const settled = useSettled(AMBIENT_LOOKUP_DELAY_MS, state.kind);
  const holdsBack = state.kind === 'starting' || (state.kind === 'searching' && !settled);
  const isSigningIn = state.kind === 'signing-in';
  const press = (request: IAzureTokenRequest | null): void => {
    if (isSigningIn) {
      auth.cancel();
    } else if (needsCode(auth.methods)) {
      // Named, because no user is led to a code by default.
      signInBy('device-code', request, auth, showPanel);
    } else {
      void auth.signIn(request);
    }
  };
  return (
    <div className="jp-AzurePanel-choices">
      {holdsBack && <ReservedSpace label={trans.__('Sign in')} />}
      {main && !holdsBack && (
        <Button
          key="main"
          label={main.label}
          primary={!isSigningIn && !leadsToLocalhost(state, auth.methods)}
          onPress={() => press(main.request)}
        />
      )}
      {isSigningIn && state.method !== 'device-code' && (
        <Button key="window" label={trans.__('Show window')} onPress={() => auth.showWindow()} />
      )}
      {prompt && permits && (
        <Allow
          key={prompt.requestId}
          label={trans.__('Allow')}
          primary={!main}
          onPress={() => kernels.allow(prompt)}
        />
      )}
      {prompt && permits && prompt.question === 'access' && (
        <Allow
          key={`${prompt.requestId} all`}
          label={trans.__('Allow for this kernel')}
          primary={false}
          onPress={() => kernels.allow(prompt, true)}
        />
      )}
      {prompt && !isSigningIn && (
        <Button
          key="refuse"
          label={refuseLabel(prompt, trans)}
          onPress={() => kernels.refuse(prompt)}
        />
      )}
    </div>
  );
}

/** Reserves the space of a button that may appear, so that nothing moves when it does. */
function ReservedSpace({ label }: { readonly label: string }): JSX.Element {
  return (
    <span className="jp-AzurePanel-button jp-mod-reserved" aria-hidden="true">
      {label}
    </span>
  );
}

interface IAllowProps {
  readonly label: string;
  readonly primary: boolean;
  readonly onPress: () => void;
}

/** A separate button for each request, disabled until the user can have read the question. */
function Allow({ label, primary, onPress }: IAllowProps): JSX.Element {
  const readable = useSettled(ALLOW_DELAY_MS, null);
  return <Button label={label} primary={primary} disabled={!readable} onPress={onPress} />;
}
