import type { TranslationBundle } from '@jupyterlab/translation';
import { isProblemOf } from '../session/need';
import { problemText, signIn } from '../session/problems';
import type {
  AzureSessionState,
  IAzureSignedIn,
  IAzureTokenNeed,
  IAzureWay,
  IWaitingRequest
} from '../tokens';
import { resourceName } from './resources';
import { wantsSomebodyElse } from './waiting-for';
import { bestWay, obstacleOf } from './ways';

/**
 * What is shown of a session: at most one problem, one prompt, one sentence and one main button.
 */
export interface ISessionPlan {
  readonly problem: string | null;
  /** The only waiting cell that the user is asked about. */
  readonly prompt: IWaitingRequest | null;
  readonly sentence: string;
  readonly main: IMainAction | null;
  readonly signedIn: IAzureSignedIn | null;
}

export interface IMainAction {
  readonly label: string;
  readonly call: 'sign-in' | 'cancel';
  /** What the user can consent to in the same sign-in. */
  readonly need: IAzureTokenNeed | null;
  /** Set only if the method must be named explicitly: no user is led to a code by default. */
  readonly way: 'device-code' | null;
}

/**
 * Return the state to show: a problem of one request gives way to the prompt of another, and is
 * never shown above it.
 */
export function shownState(
  state: AzureSessionState,
  prompt: IWaitingRequest | null
): AzureSessionState {
  const isMoot =
    state.kind === 'needs-attention' &&
    prompt !== null &&
    state.problem.need !== null &&
    isProblemOf(state, state.problem.need) &&
    !isProblemOf(state, prompt.need);
  return isMoot ? (state.signedIn ?? { kind: 'signed-out' }) : state;
}

/**
 * Return everything that depends on the state, in one place; a new state does not compile without
 * it.
 *
 * @param ways - How the user can sign in.
 * @param prompt - The oldest waiting cell that needs its user, if any.
 */
export function planSession(
  state: AzureSessionState,
  ways: readonly IAzureWay[],
  prompt: IWaitingRequest | null,
  trans: TranslationBundle
): ISessionPlan {
  const nothing = { problem: null, prompt, sentence: '', main: null, signedIn: null };
  const way = bestWay(ways)?.name === 'device-code' ? 'device-code' : null;
  switch (state.kind) {
    case 'starting':
      return { ...nothing, prompt: null };
    case 'not-configured':
      return { ...nothing, sentence: withoutWay(ways, trans) };
    case 'signed-out':
      return { ...nothing, ...signedOut(ways, way, prompt, trans) };
    case 'looking':
      return {
        ...nothing,
        ...signedOut(ways, way, prompt, trans),
        sentence: trans.__('Looking for an identity of this machine…')
      };
    case 'signing-out':
      return {
        ...nothing,
        ...signedOut(ways, way, prompt, trans),
        sentence: trans.__(
          'Signing out… The Jupyter server has not confirmed yet. JupyterLab keeps asking, even after you reload this page.'
        )
      };
    case 'signing-in':
      return {
        ...nothing,
        sentence: underWay(state, trans),
        main: { label: trans.__('Cancel'), call: 'cancel', need: null, way: null }
      };
    case 'signed-in':
      return { ...nothing, ...signedIn(state, way, prompt, trans), signedIn: state };
    case 'needs-attention': {
      const { problem } = state;
      const resource = problem.need && resourceName(problem.need.scopes);
      const text = problemText(problem, resource, trans, way !== null);
      return {
        problem: text.sentence,
        prompt,
        sentence: text.remedy,
        main: { label: text.button, call: 'sign-in', need: prompt?.need ?? problem.need, way },
        signedIn: state.signedIn
      };
    }
  }
}

/** Return why the user cannot sign in: the obstacle to the method that needs no registration. */
function withoutWay(ways: readonly IAzureWay[], trans: TranslationBundle): string {
  switch (obstacleOf(ways, 'loopback')) {
    case 'not_localhost':
      return trans.__(
        'Microsoft doesn’t allow sign-in from an IP address without an app registration. Open JupyterLab at localhost to sign in.'
      );
    case 'root_is_not_ours':
      return trans.__(
        'Something other than Jupyter is serving the root of this address, such as JupyterHub, a proxy or another program on a forwarded port. Signing in needs an app registration first.'
      );
    default:
      return trans.__('Signing in needs an app registration first.');
  }
}

function signedOut(
  ways: readonly IAzureWay[],
  way: IMainAction['way'],
  prompt: IWaitingRequest | null,
  trans: TranslationBundle
): Pick<ISessionPlan, 'sentence' | 'main'> {
  const once =
    way === null
      ? trans.__('Sign in once, and your notebooks can reach Azure.')
      : trans.__('%1 You can sign in with a code instead.', withoutWay(ways, trans));
  return {
    sentence: prompt ? trans.__('Sign in to continue. The cell resumes automatically.') : once,
    main: {
      label: signIn(way !== null, trans),
      call: 'sign-in',
      need: prompt?.need ?? null,
      way
    }
  };
}

/** Return what the user has to do during the sign-in. */
function underWay(
  { way, deviceCode }: Extract<AzureSessionState, { kind: 'signing-in' }>,
  trans: TranslationBundle
): string {
  if (way !== 'device-code') {
    return trans.__('Continue in the sign-in window.');
  }
  return deviceCode === null
    ? trans.__('Getting a code…')
    : trans.__('Copy the code, open the page, and enter it there.');
}

/** Sharing is allowed with its own button, not by a sign-in. */
function signedIn(
  state: IAzureSignedIn,
  way: IMainAction['way'],
  prompt: IWaitingRequest | null,
  trans: TranslationBundle
): Pick<ISessionPlan, 'sentence' | 'main'> {
  if (prompt === null) {
    const sentence = state.automatic
      ? trans.__('Signed in automatically. Kernels act as %1.', actsAs(state))
      : trans.__('Signed in.');
    return { sentence, main: null };
  }
  if (prompt.question === 'share') {
    return {
      sentence: trans.__('Allow it to continue. The cell resumes automatically.'),
      main: null
    };
  }
  if (wantsSomebodyElse(prompt, state)) {
    return {
      sentence: state.automatic
        ? trans.__('The account is named in the cell’s code. Sign in with it to continue.')
        : trans.__(
            'The account is named in the cell’s code. Signing in with it signs out %1.',
            state.account.username
          ),
      main: { label: trans.__('Sign in as someone else'), call: 'sign-in', need: prompt.need, way }
    };
  }
  if (state.automatic) {
    // An ambient identity has no sign-in to continue.
    return {
      sentence: trans.__('Sign in to continue. The cell resumes automatically.'),
      main: { label: signIn(way !== null, trans), call: 'sign-in', need: prompt.need, way }
    };
  }
  if (prompt.question === 'anew') {
    return {
      sentence: trans.__(
        'This cell asks you to sign in again. Signing in with a different account signs out %1.',
        state.account.username
      ),
      main: { label: trans.__('Sign in'), call: 'sign-in', need: prompt.need, way }
    };
  }
  return {
    sentence: trans.__('Finish signing in to continue. The cell resumes automatically.'),
    main: { label: trans.__('Continue signing in'), call: 'sign-in', need: prompt.need, way }
  };
}

/** Return the identity that kernels act as, in words: a machine has a name and an identity. */
export function actsAs({ account: { name, username } }: IAzureSignedIn): string {
  return name === username ? name : `${username} (${name})`;
}
