import type { TranslationBundle } from '@jupyterlab/translation';
import { isServing } from '../session/account';
import type { IAzureSignedIn, IWaitingRequest } from '../tokens';
import { needName } from './resources';

/** A sentence with its placeholders still in it, and their values. */
export interface IWaitingFor {
  readonly text: string;
  readonly parts: readonly string[];
}

/**
 * Return which document waits for what. If the kernel asks for another account, only that fact is
 * shown: a name chosen by a kernel must not look like one from JupyterLab.
 */
export function waitingFor(
  request: IWaitingRequest,
  signedIn: IAzureSignedIn | null,
  trans: TranslationBundle
): IWaitingFor {
  const parts = [request.label, needName(request.need, trans)];
  return signedIn !== null && wantsSomebodyElse(request, signedIn)
    ? {
        text: trans.__(
          '%1 needs a token for %2 from an account other than %3.',
          ...['%1', '%2', '%3']
        ),
        parts: [...parts, signedIn.account.username]
      }
    : { text: trans.__('%1 is waiting for a token for %2.', '%1', '%2'), parts };
}

/** Return the sentence with its parts; placeholders inside the parts are not replaced. */
export function plainText({ text, parts }: IWaitingFor): string {
  return text.replace(/%(\d)/g, (_, number) => parts[Number(number) - 1] ?? '');
}

/** Whether a sign-in is all that the cell needs, without a further question. */
export function isSignIn({ question }: IWaitingRequest): boolean {
  return question === 'sign-in' || question === 'anew';
}

/** Whether the cell needs an account other than the one that is signed in. */
export function wantsSomebodyElse({ need }: IWaitingRequest, signedIn: IAzureSignedIn): boolean {
  return !isServing(signedIn, need.account);
}
