import type { TranslationBundle } from '@jupyterlab/translation';
import { AzureAuthError } from '../session/errors';
import { problemText } from '../session/problems';
import type { WireErrorCode } from './protocol';

/** An error in words, for the last line of a cell. */
export interface IExplanation {
  readonly message: string;
  readonly remedy?: string;
}

/** @param error - What a session threw, where it did. */
export function explain(
  code: WireErrorCode,
  error: unknown,
  resource: string | null,
  trans: TranslationBundle
): IExplanation {
  if (error instanceof AzureAuthError && code !== 'sign_in_required') {
    const { sentence, remedy } = problemText(error.problem, resource, trans);
    return { message: sentence, remedy };
  }
  switch (code) {
    case 'signed_out':
      return { message: trans.__('The user has signed out of Azure.') };
    case 'denied':
      return {
        message: trans.__('The user does not want this kernel to have a token now.'),
        remedy: trans.__('Ask again in a minute, or sign in from the Azure panel first.')
      };
    case 'sign_in_required':
      return {
        message: trans.__('Nobody is signed in to Azure.'),
        remedy: trans.__('Click Sign in in the Azure panel on the left.')
      };
    case 'consent_required':
      return {
        message: trans.__('The user has not allowed this kernel, which others use too, a token.'),
        remedy: trans.__('Run the cell again and click Allow when JupyterLab asks.')
      };
    default:
      return { message: trans.__('Something went wrong while getting the token.') };
  }
}
