import type { TranslationBundle } from '@jupyterlab/translation';
import type { IWaitingRequest } from '../kernels/kernel-requests';
import type { AzureAuthState, IAzureSignedIn } from '../tokens';

/** What the status bar, or the menu bar of Jupyter Notebook, says about the session. */
export interface IAuthStatus {
  readonly mark: '◉' | '○' | '⚠';
  readonly text: string;
  /** The same for screen readers, which know neither the mark nor the place. */
  readonly name: string;
  /** Whether the user has something to do: a cell waits, or there is a problem. */
  readonly needsUser: boolean;
}

/**
 * Return the session in two or three words.
 *
 * @param requests - What the user is asked for.
 */
export function authStatus(
  state: AzureAuthState,
  requests: readonly Pick<IWaitingRequest, 'kernelId' | 'question'>[],
  trans: TranslationBundle
): IAuthStatus {
  const blocked = requests.filter(({ question }) => question !== 'offer');
  const waiting = blocked.length;
  if (waiting > 0 && state.kind !== 'signing-in') {
    return {
      mark: '⚠',
      text: trans.__('%1 waiting', waiting),
      name: blocked.every(({ kernelId }) => kernelId !== '')
        ? trans._n('Azure: 1 cell is waiting', 'Azure: %1 cells are waiting', waiting)
        : trans._n('Azure: 1 request is waiting', 'Azure: %1 requests are waiting', waiting),
      needsUser: true
    };
  }
  const calm = (text: string): IAuthStatus => ({ mark: '○', text, name: text, needsUser: false });
  switch (state.kind) {
    // Unknown until the configuration is read; by far the most frequent reason is a new user.
    case 'starting':
    case 'signed-out':
    case 'searching':
      return calm(trans.__('Sign in to Azure'));
    case 'not-configured':
      return calm(trans.__('Set up Azure sign-in'));
    case 'signing-in':
      return calm(trans.__('Signing in to Azure…'));
    case 'signing-out':
      return calm(trans.__('Signing out of Azure…'));
    case 'signed-in':
      return account(state, trans);
    case 'needs-attention':
      return {
        mark: '⚠',
        text: state.signedIn ? account(state.signedIn, trans).text : trans.__('Azure'),
        name: trans.__('Azure needs your attention'),
        needsUser: true
      };
  }
}

function account(
  { ambient, account: { name, username } }: IAzureSignedIn,
  trans: TranslationBundle
): IAuthStatus {
  const text = ambient ? name : username;
  return { mark: '◉', text, name: trans.__('Azure account: %1', text), needsUser: false };
}
