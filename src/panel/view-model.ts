import type { TranslationBundle } from '@jupyterlab/translation';
import { currentAccount } from '../auth/account';
import { isProblemOf } from '../auth/same-token-request';
import { messageFor, signIn } from '../auth/messages';
import type { IAzureSignInMethod } from '../auth/page-auth';
import { isPermission, type IWaitingRequest } from '../kernels/kernel-requests';
import type { AzureAuthState, IAzureProblem, IAzureSignedIn, IAzureTokenRequest } from '../tokens';
import { resourceName } from './resource-names';
import { needsOtherAccount } from './request-text';
import { needsCode, obstacleOf } from './methods';

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
  /** What the user can consent to in the same sign-in. */
  readonly request: IAzureTokenRequest | null;
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
  const byCode = needsCode(methods);
  const request = prompt?.request ?? null;
  const signedIn = currentAccount(state);
  const nothing = { problem: null, prompt, sentence: '', main: null, signedIn };
  const toSignIn = { ...nothing, main: { label: signIn(byCode, trans), request } };
  switch (state.kind) {
    case 'starting':
      return { ...nothing, prompt: null, sentence: trans.__('One moment…') };
    case 'not-configured':
      return { ...nothing, sentence: withoutMethod(methods, trans) };
    case 'signed-out':
      return { ...toSignIn, sentence: prompt ? toContinue(prompt, trans) : once(methods, trans) };
    case 'searching':
      return { ...toSignIn, sentence: trans.__('Looking for this machine’s identity…') };
    case 'signing-out':
      return {
        ...toSignIn,
        sentence: trans.__(
          'Signing out… The Jupyter server has not confirmed it yet. JupyterLab keeps trying, even after you reload this page.'
        )
      };
    case 'signing-in':
      return {
        ...nothing,
        sentence: signingIn(state, trans),
        main: { label: trans.__('Cancel'), request: null }
      };
    case 'signed-in':
      // An ambient identity has no sign-in to continue.
      return state.ambient && prompt && !isPermission(prompt) && !needsOtherAccount(prompt, state)
        ? { ...toSignIn, sentence: toContinue(prompt, trans) }
        : { ...nothing, ...ofAccount(state, prompt, trans) };
    case 'needs-attention': {
      const { problem } = state;
      const resource = problem.request && resourceName(problem.request.scopes);
      const text = messageFor(problem, resource, trans, byCode);
      return {
        ...nothing,
        problem: text.sentence,
        sentence: text.remedy,
        // Invalid settings leave no method that could succeed.
        main: isInvalidSetting(problem)
          ? null
          : { label: text.button, request: request ?? problem.request }
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

/** Return what a sign-in is good for, and by which method, if that is not obvious. */
function once(methods: readonly IAzureSignInMethod[], trans: TranslationBundle): string {
  return needsCode(methods)
    ? trans.__('%1 You can sign in with a code instead.', withoutMethod(methods, trans))
    : trans.__('Sign in once, and your notebooks can reach Azure.');
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

/** Return what an account that is signed in can do for a prompt. */
function ofAccount(
  state: IAzureSignedIn,
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
  const { question, request, username } = prompt;
  if (isPermission(prompt)) {
    // With its own button, not by a sign-in.
    return {
      sentence: trans.__('Allow it to continue. The cell resumes automatically.'),
      main: null
    };
  }
  if (needsOtherAccount(prompt, state)) {
    const sentence =
      username !== undefined
        ? trans.__('Sign in as %1 to continue. The cell resumes automatically.', username)
        : state.ambient
          ? trans.__('The account is named in the cell’s code. Sign in with it to continue.')
          : trans.__(
              'The account is named in the cell’s code. If you sign in with it, kernels use it instead of %1.',
              state.account.username
            );
    return { sentence, main: { label: trans.__('Sign in as someone else'), request } };
  }
  if (question === 'prompt') {
    const sentence = trans.__(
      'This cell asks you to sign in again. Kernels use the account that you choose instead of %1.',
      state.account.username
    );
    return { sentence, main: { label: trans.__('Sign in'), request } };
  }
  return {
    sentence:
      question === 'offer'
        ? trans.__('Finish signing in, then run the program again.')
        : trans.__('Finish signing in to continue. The cell resumes automatically.'),
    main: { label: trans.__('Continue signing in'), request }
  };
}

/** Return the identity that kernels act as, in words: a machine has a name and an identity. */
export function accountLabel({ account: { name, username } }: IAzureSignedIn): string {
  return name === username ? name : `${username} (${name})`;
}
