import type { TranslationBundle } from '@jupyterlab/translation';
import { isProblemOf } from '../auth/same-token-request';
import { messageFor, signIn } from '../auth/messages';
import type { IAzureSignInMethod } from '../auth/page-auth';
import type { IWaitingRequest } from '../kernels/kernel-requests';
import type { AzureAuthState, IAzureProblem, IAzureSignedIn, IAzureTokenRequest } from '../tokens';
import { resourceName } from './resource-names';
import { isPermission, needsOtherAccount } from './request-text';
import { bestMethod, obstacleOf } from './methods';

/**
 * What is shown of a session: at most one problem, one prompt, one sentence and one main button.
 */
export interface IPanelViewModel {
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
  readonly request: IAzureTokenRequest | null;
  /** Set only if the method must be named explicitly: no user is led to a code by default. */
  readonly method: 'device-code' | null;
}

/**
 * Return the state to show: a problem of one request gives way to the prompt of another, and is
 * never shown above it.
 */
export function shownState(state: AzureAuthState, prompt: IWaitingRequest | null): AzureAuthState {
  const isMoot =
    state.kind === 'needs-attention' &&
    prompt !== null &&
    state.problem.request !== null &&
    isProblemOf(state, state.problem.request) &&
    !isProblemOf(state, prompt.request);
  return isMoot ? (state.signedIn ?? { kind: 'signed-out' }) : state;
}

/**
 * Return everything that depends on the state, in one place; a new state does not compile without
 * it.
 *
 * @param methods - How the user can sign in.
 * @param prompt - The oldest waiting cell that needs its user, if any.
 */
export function panelViewModel(
  state: AzureAuthState,
  methods: readonly IAzureSignInMethod[],
  prompt: IWaitingRequest | null,
  trans: TranslationBundle
): IPanelViewModel {
  const nothing = { problem: null, prompt, sentence: '', main: null, signedIn: null };
  const method = bestMethod(methods)?.name === 'device-code' ? 'device-code' : null;
  switch (state.kind) {
    case 'starting':
      return { ...nothing, prompt: null };
    case 'not-configured':
      return { ...nothing, sentence: withoutMethod(methods, trans) };
    case 'signed-out':
      return { ...nothing, ...signedOut(methods, method, prompt, trans) };
    case 'searching':
      return {
        ...nothing,
        ...signedOut(methods, method, prompt, trans),
        sentence: trans.__('Looking for this machine’s identity…')
      };
    case 'signing-out':
      return {
        ...nothing,
        ...signedOut(methods, method, prompt, trans),
        sentence: trans.__(
          'Signing out… The Jupyter server has not confirmed it yet. JupyterLab keeps trying, even after you reload this page.'
        )
      };
    case 'signing-in':
      return {
        ...nothing,
        sentence: signingIn(state, trans),
        main: { label: trans.__('Cancel'), call: 'cancel', request: null, method: null }
      };
    case 'signed-in':
      return { ...nothing, ...signedIn(state, method, prompt, trans), signedIn: state };
    case 'needs-attention': {
      const { problem } = state;
      const resource = problem.request && resourceName(problem.request.scopes);
      const text = messageFor(problem, resource, trans, method !== null);
      return {
        problem: text.sentence,
        prompt,
        sentence: text.remedy,
        // Invalid settings leave no method that could succeed.
        main: isInvalidSetting(problem)
          ? null
          : {
              label: text.button,
              call: 'sign-in',
              request: prompt?.request ?? problem.request,
              method
            },
        signedIn: state.signedIn
      };
    }
  }
}

/** Whether a setting of the user or the server is invalid, so that there is no sign-in to try. */
export function isInvalidSetting({ code, detail, trace }: IAzureProblem): boolean {
  return code === 'bad_configuration' && trace === undefined && !detail?.startsWith('AADSTS');
}

/** Return why the user cannot sign in: the obstacle to the method that needs no registration. */
function withoutMethod(methods: readonly IAzureSignInMethod[], trans: TranslationBundle): string {
  switch (obstacleOf(methods, 'loopback')) {
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
  methods: readonly IAzureSignInMethod[],
  method: IMainAction['method'],
  prompt: IWaitingRequest | null,
  trans: TranslationBundle
): Pick<IPanelViewModel, 'sentence' | 'main'> {
  const once =
    method === null
      ? trans.__('Sign in once, and your notebooks can reach Azure.')
      : trans.__('%1 You can sign in with a code instead.', withoutMethod(methods, trans));
  return {
    sentence: prompt ? toContinue(prompt, trans) : once,
    main: {
      label: signIn(method !== null, trans),
      call: 'sign-in',
      request: prompt?.request ?? null,
      method
    }
  };
}

function toContinue({ question }: IWaitingRequest, trans: TranslationBundle): string {
  return question === 'offer'
    ? trans.__('Sign in, then run the program again.')
    : trans.__('Sign in to continue. The cell resumes automatically.');
}

/** Return what the user has to do during the sign-in. */
function signingIn(
  { method, deviceCode }: Extract<AzureAuthState, { kind: 'signing-in' }>,
  trans: TranslationBundle
): string {
  if (method !== 'device-code') {
    return trans.__('Continue in the sign-in window.');
  }
  return deviceCode === null
    ? trans.__('Getting a code…')
    : trans.__('Copy the code, open the page, and enter it there.');
}

/** Sharing is allowed with its own button, not by a sign-in. */
function signedIn(
  state: IAzureSignedIn,
  method: IMainAction['method'],
  prompt: IWaitingRequest | null,
  trans: TranslationBundle
): Pick<IPanelViewModel, 'sentence' | 'main'> {
  if (prompt === null) {
    const sentence = state.ambient
      ? trans.__('Signed in automatically. Kernels act as %1.', accountLabel(state))
      : state.persistedIn === 'other-tab'
        ? trans.__('Signed in from another tab. Keep that tab open.')
        : trans.__('Signed in.');
    return { sentence, main: null };
  }
  if (isPermission(prompt)) {
    return {
      sentence: trans.__('Allow it to continue. The cell resumes automatically.'),
      main: null
    };
  }
  if (needsOtherAccount(prompt, state)) {
    return {
      sentence:
        prompt.username !== undefined
          ? trans.__('Sign in as %1 to continue. The cell resumes automatically.', prompt.username)
          : state.ambient
            ? trans.__('The account is named in the cell’s code. Sign in with it to continue.')
            : trans.__(
                'The account is named in the cell’s code. Sign in with it, and kernels use it instead of %1.',
                state.account.username
              ),
      main: {
        label: trans.__('Sign in as someone else'),
        call: 'sign-in',
        request: prompt.request,
        method
      }
    };
  }
  if (state.ambient) {
    // An ambient identity has no sign-in to continue.
    return {
      sentence: toContinue(prompt, trans),
      main: {
        label: signIn(method !== null, trans),
        call: 'sign-in',
        request: prompt.request,
        method
      }
    };
  }
  if (prompt.question === 'prompt') {
    return {
      sentence: trans.__(
        'This cell asks you to sign in again. Kernels use the account that you choose instead of %1.',
        state.account.username
      ),
      main: { label: trans.__('Sign in'), call: 'sign-in', request: prompt.request, method }
    };
  }
  return {
    sentence:
      prompt.question === 'offer'
        ? trans.__('Finish signing in, then run the program again.')
        : trans.__('Finish signing in to continue. The cell resumes automatically.'),
    main: {
      label: trans.__('Continue signing in'),
      call: 'sign-in',
      request: prompt.request,
      method
    }
  };
}

/** Return the identity that kernels act as, in words: a machine has a name and an identity. */
export function accountLabel({ account: { name, username } }: IAzureSignedIn): string {
  return name === username ? name : `${username} (${name})`;
}
