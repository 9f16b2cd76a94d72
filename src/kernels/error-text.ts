import type { TranslationBundle } from '@jupyterlab/translation';
import { AzureAuthError } from '../auth/errors';
import { messageFor } from '../auth/messages';
import type { IProblemTrace } from '../tokens';
import { resourceName } from '../panel/resource-names';
import { CELL_TEXTS } from './cell-texts';
import type { WireErrorCode } from './protocol';

/** Text of an error, for the last line of a cell. */
export interface IErrorText {
  readonly message: string;
  readonly remedy?: string;
  /** A more specific code than that of the wire. */
  readonly detail?: string;
  readonly trace?: IWireTrace;
}

/** The fields of the wire: what an administrator needs to find the request. */
interface IWireTrace {
  readonly time: string;
  readonly client_id: string;
  readonly tenant_id: string;
  readonly correlation_id?: string;
}

/** Return the text for an error, with the resource that it is about. */
export function explain(code: WireErrorCode, error: unknown, trans: TranslationBundle): IErrorText {
  const request = error instanceof AzureAuthError ? error.problem.request : null;
  return errorText(code, error, request && resourceName(request.scopes), trans);
}

/**
 * Return the text for an error code.
 *
 * @param error - What the session threw, if anything.
 */
export function errorText(
  code: WireErrorCode,
  error: unknown,
  resource: string | null,
  trans: TranslationBundle
): IErrorText {
  if (error instanceof AzureAuthError && code !== 'sign_in_required') {
    const { plain, shown, remedy } = messageFor(error.problem, resource, trans);
    const { trace } = error.problem;
    return {
      ...{ message: plain, remedy, detail: shown },
      ...(trace === undefined ? {} : { trace: toWireTrace(trace) })
    };
  }
  if (!isRefusal(code)) {
    return { message: trans.__('Something went wrong while getting the token.') };
  }
  const [message, remedy] = CELL_TEXTS[code](trans);
  return { message, remedy };
}

function isRefusal(code: WireErrorCode): code is keyof typeof CELL_TEXTS {
  return code in CELL_TEXTS;
}

function toWireTrace({ time, clientId, tenantId, correlationId }: IProblemTrace): IWireTrace {
  return {
    ...{ time, client_id: clientId, tenant_id: tenantId },
    ...(correlationId === null ? {} : { correlation_id: correlationId })
  };
}
