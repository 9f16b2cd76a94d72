import type { TranslationBundle } from '@jupyterlab/translation';
import { isServing } from '../session/account';
import type { IAzureSignedIn, IWaitingRequest } from '../tokens';
import { needName } from './resources';

/** A sentence with its placeholders still in it, and what they stand for. */
export interface IWaitingFor {
  readonly text: string;
  readonly parts: readonly string[];
}

/**
 * Say who waits for what. Of a user whom the kernel wants instead of the one who is signed in,
 * only that: what a kernel calls somebody is not shown as if JupyterLab said so.
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
          '%1 is waiting for a token for %2, as somebody else than %3.',
          ...['%1', '%2', '%3']
        ),
        parts: [...parts, signedIn.account.username]
      }
    : { text: trans.__('%1 is waiting for a token for %2.', '%1', '%2'), parts };
}

/** The sentence with its parts in it, none of which is looked at for placeholders again. */
export function plainText({ text, parts }: IWaitingFor): string {
  return text.replace(/%(\d)/g, (_, number) => parts[Number(number) - 1] ?? '');
}

/** Whether a cell goes on by somebody's signing in, without a further question. */
export function isSignIn({ question }: IWaitingRequest): boolean {
  return question === 'sign-in' || question === 'anew';
}

/** Whether only another user than the one who is signed in helps the cell. */
export function wantsSomebodyElse({ need }: IWaitingRequest, signedIn: IAzureSignedIn): boolean {
  return !isServing(signedIn, need.account);
}
