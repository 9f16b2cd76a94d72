import type { TranslationBundle } from '@jupyterlab/translation';
import { satisfies } from '../auth/account-choice';
import type { IWaitingRequest } from '../kernels/kernel-requests';
import type { IAzureSignedIn } from '../tokens';
import { requestedResource } from './resource-names';

/** A sentence with its placeholders still in it, and their values. */
export interface IRequestText {
  readonly text: string;
  readonly parts: readonly string[];
}

/**
 * Return the sentence that says which document waits for what. If the kernel asks for another
 * account, only that fact is shown: a name chosen by a kernel must not look like one from
 * JupyterLab.
 */
export function requestText(
  request: IWaitingRequest,
  signedIn: IAzureSignedIn | null,
  trans: TranslationBundle
): IRequestText {
  const parts = [request.label, requestedResource(request.request, trans)];
  if (request.question === 'access') {
    return accessText(request, parts, trans);
  }
  if (request.question === 'offer') {
    return { text: trans.__('%1 needs a token for %2.', '%1', '%2'), parts };
  }
  if (request.username !== undefined && isSignIn(request)) {
    return {
      text: trans.__('%1 needs a token for %2 as %3.', '%1', '%2', '%3'),
      parts: [...parts, request.username]
    };
  }
  return signedIn !== null && needsOtherAccount(request, signedIn)
    ? {
        text: trans.__(
          '%1 needs a token for %2 from an account other than %3.',
          ...['%1', '%2', '%3']
        ),
        parts: [...parts, signedIn.account.username]
      }
    : { text: trans.__('%1 is waiting for a token for %2.', '%1', '%2'), parts };
}

/** An account is named only if it is signed in here and not the one that the panel shows. */
function accessText(
  { byProgram, username }: IWaitingRequest,
  parts: readonly string[],
  trans: TranslationBundle
): IRequestText {
  if (username !== undefined) {
    const text = byProgram
      ? trans.__('A program ran a cell in %1 that wants to use %2 as %3.', '%1', '%2', '%3')
      : trans.__('%1 wants to use %2 as %3.', '%1', '%2', '%3');
    return { text, parts: [...parts, username] };
  }
  const text = byProgram
    ? trans.__('A program ran a cell in %1 that wants to use %2 with your account.', '%1', '%2')
    : trans.__('%1 wants to use %2 with your account.', '%1', '%2');
  return { text, parts };
}

/** Return the sentence with its parts; placeholders inside the parts are not replaced. */
export function plainText({ text, parts }: IRequestText): string {
  return text.replace(/%(\d)/g, (_, number) => parts[Number(number) - 1] ?? '');
}

/** Whether a sign-in is all that the cell needs, without a further question. */
export function isSignIn({ question }: IWaitingRequest): boolean {
  return question === 'sign-in' || question === 'prompt' || question === 'offer';
}

/** Return the label of the button that refuses a request. */
export function refuseLabel({ question }: IWaitingRequest, trans: TranslationBundle): string {
  return question === 'access' ? trans.__('Deny') : trans.__('Not now');
}

/** Whether the cell needs an account other than the one that is signed in. */
export function needsOtherAccount({ request }: IWaitingRequest, signedIn: IAzureSignedIn): boolean {
  return !satisfies(signedIn, request.account);
}
