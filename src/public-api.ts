import { type ITranslator, nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import type { IPageAuth } from './auth/page-auth';
import type { IKernelRequests } from './kernels/kernel-requests';
import type { IPanelOptions } from './panel/body';
import type { AzureAuthState, IAzureAuth, IAzureKernelTokens } from './tokens';

/**
 * What this package's own plugins use in place of a public object, by that object. No Lumino token
 * leads to it: `index.ts` exports the plugins, and with them every token that they provide.
 */
const internals = new WeakMap<object, unknown>();

/** Return what other extensions get from the page's sign-in. */
export function publicAuth(auth: IPageAuth): IAzureAuth {
  const shown: IAzureAuth = {
    get state() {
      return auth.state;
    },
    get stateChanged() {
      return stateChanged;
    },
    getToken: (scopes, options) => auth.getToken(scopes, options),
    signIn: request => auth.signIn(request),
    signOut: () => auth.signOut()
  };
  // Not the signal of `auth`, whose slots receive `auth` itself as the sender.
  const stateChanged = new Signal<IAzureAuth, AzureAuthState>(shown);
  auth.stateChanged.connect((_, state) => stateChanged.emit(state));
  internals.set(shown, auth);
  return shown;
}

/** Return what other extensions get from kernels' requests: nothing that answers for the user. */
export function publicKernelTokens(kernels: IKernelRequests): IAzureKernelTokens {
  const shown: IAzureKernelTokens = {
    get grants() {
      return kernels.grants;
    },
    get changed() {
      return changed;
    }
  };
  const changed = new Signal<IAzureKernelTokens, void>(shown);
  kernels.changed.connect(() => changed.emit());
  internals.set(shown, kernels);
  return shown;
}

export const pageAuth = (shown: IAzureAuth): IPageAuth => internals.get(shown) as IPageAuth;

/** Return what plugins need that show the sign-in. */
export function internalsOf(
  azure: IAzureAuth,
  kernelTokens: IAzureKernelTokens,
  translator: ITranslator | null
): IPanelOptions {
  return {
    auth: pageAuth(azure),
    kernels: internals.get(kernelTokens) as IKernelRequests,
    trans: (translator ?? nullTranslator).load('jupyter-azure-auth')
  };
}
