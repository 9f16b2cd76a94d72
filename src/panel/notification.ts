import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { currentAccount } from '../auth/account';
import type { IPageAuth } from '../auth/page-auth';
import {
  type IKernelRequests,
  isPermission,
  type IWaitingRequest
} from '../kernels/kernel-requests';
import { GRANT_DELAY_MS } from './hooks';
import { isSignIn, plainText, refuseLabel, requestText } from './request-text';
import { needsCode } from './methods';

/**
 * Notify the user of a waiting cell, wherever they look: one notification at a time, dismissed as
 * soon as nothing waits. Only while the panel's own prompt is not visible.
 */
export function notifyOfWaiting(options: notifyOfWaiting.IOptions): void {
  const { kernels, auth } = options;
  let shown: { readonly id: string; readonly request: IWaitingRequest } | null = null;
  let settled = auth.state.kind === 'signed-in';
  let settling: number | undefined;
  const unanswered = (): IWaitingRequest | undefined => {
    const isResuming = auth.state.kind === 'signed-in' && !settled;
    return kernels.waiting.find(request => !isResuming || !isSignIn(request));
  };
  const update = (): void => {
    const isSigningIn = auth.state.kind === 'signing-in';
    const request = isSigningIn || options.isPanelVisible() ? null : (unanswered() ?? null);
    if (shown?.request === request) {
      return;
    }
    if (shown !== null) {
      Notification.dismiss(shown.id);
    }
    shown = request && { id: emit(request, options), request };
  };
  const settle = (): void => {
    settled = true;
    update();
  };
  kernels.changed.connect(update);
  auth.stateChanged.connect((_, { kind }) => {
    window.clearTimeout(settling);
    settled = false;
    if (kind === 'signed-in') {
      settling = window.setTimeout(settle, GRANT_DELAY_MS);
    }
    update();
  });
  options.panelToggled(update);
  // This module is loaded for the first waiting cell, so there is one already.
  update();
}

export namespace notifyOfWaiting {
  export interface IOptions {
    readonly auth: IPageAuth;
    readonly kernels: IKernelRequests;
    readonly isPanelVisible: () => boolean;
    /** Shows the panel, for a sign-in that starts only there. */
    readonly showPanel: () => void;
    /** Calls back whenever the panel was shown or hidden. */
    readonly panelToggled: (callback: () => void) => unknown;
    readonly trans: TranslationBundle;
  }
}

function emit(
  request: IWaitingRequest,
  { auth, kernels, showPanel, trans }: notifyOfWaiting.IOptions
) {
  const text = plainText(requestText(request, currentAccount(auth.state), trans));
  const shares = request.question === 'share';
  const permits = isPermission(request);
  return Notification.emit(
    shares ? `${text} ${trans.__('Everyone who uses this kernel can act as you.')}` : text,
    'info',
    {
      autoClose: false,
      actions: [
        {
          label: permits ? trans.__('Allow') : trans.__('Sign in'),
          displayType: 'accent',
          callback: () => {
            if (permits) {
              kernels.allow(request);
            } else if (needsCode(auth.methods)) {
              showPanel();
            } else {
              void auth.signIn(request.request);
            }
          }
        },
        { label: refuseLabel(request, trans), callback: () => kernels.refuse(request) }
      ]
    }
  );
}
