import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { signedInOf } from '../session/account';
import type { IAzureKernels, IAzureSession, IWaitingRequest } from '../tokens';
import { SERVED_WITHIN } from './served';
import { isSignIn, plainText, waitingFor } from './waiting-for';
import { bestWay } from './ways';

/**
 * Notify the user of a waiting cell, wherever they look: one notification at a time, dismissed as
 * soon as nothing waits. Only while the panel's own prompt is not visible.
 */
export function notifyOfWaiting(options: notifyOfWaiting.IOptions): void {
  const { kernels, session } = options;
  let shown: { readonly id: string; readonly request: IWaitingRequest } | null = null;
  let settled = session.state.kind === 'signed-in';
  let settling: number | undefined;
  const unserved = (): IWaitingRequest | undefined => {
    const served = session.state.kind === 'signed-in' && !settled;
    return kernels.waiting.find(request => !served || !isSignIn(request));
  };
  const update = (): void => {
    const asking = session.state.kind === 'signing-in';
    const request = asking || options.isPanelVisible() ? null : (unserved() ?? null);
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
  session.stateChanged.connect((_, { kind }) => {
    window.clearTimeout(settling);
    settled = false;
    if (kind === 'signed-in') {
      settling = window.setTimeout(settle, SERVED_WITHIN);
    }
    update();
  });
  options.panelToggled(update);
  // This module is loaded for the first waiting cell, so there is one already.
  update();
}

export namespace notifyOfWaiting {
  export interface IOptions {
    readonly session: IAzureSession;
    readonly kernels: IAzureKernels;
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
  { session, kernels, showPanel, trans }: notifyOfWaiting.IOptions
) {
  const text = plainText(waitingFor(request, signedInOf(session.state), trans));
  const shares = request.question === 'share';
  return Notification.emit(
    shares ? `${text} ${trans.__('Everyone who uses this kernel can act as you.')}` : text,
    'info',
    {
      autoClose: false,
      actions: [
        {
          label: shares ? trans.__('Allow') : trans.__('Sign in'),
          displayType: 'accent',
          callback: () => {
            if (shares) {
              kernels.allow(request);
            } else if (bestWay(session.ways)?.name === 'device-code') {
              showPanel();
            } else {
              void session.signIn(request.need);
            }
          }
        },
        { label: trans.__('Not now'), callback: () => kernels.refuse(request) }
      ]
    }
  );
}
