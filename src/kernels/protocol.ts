import { areOfOneResource, areScopes, isClaims, isName, isTenant } from '../auth/validation';
import type { IAzureToken } from '../tokens';

/** The fields that determine a token: requests that agree in them can share one. */
export interface ITokenTarget {
  readonly scopes: readonly string[];
  readonly tenantId?: string;
  readonly cloud?: string;
  /** User name or account id. */
  readonly account?: string;
  readonly enableCae: boolean;
}

export interface ITokenRequest extends ITokenTarget {
  readonly kind: 'token';
  readonly requestId: string;
  /** Claims challenge, as JSON; never answered from a cache. */
  readonly claims?: string;
  readonly force: boolean;
  /** Whether the user may be asked. */
  readonly interactive: boolean;
  /** Whether the user must sign in even if an account is signed in. */
  readonly prompt: boolean;
  /** Accept no token of a machine identity. */
  readonly requireUser: boolean;
  /** Id of the account whose token the kernel holds, or held until it ended. */
  readonly heldBy?: string;
  /** Whether the user has chosen `account` for the kernel, which names none. Not on the wire. */
  readonly isPinned?: true;
}

export interface IAttachRequest {
  readonly kind: 'attach';
  readonly requestId: string;
  readonly scopes: readonly string[];
}

/** A request for the status, which says who is signed in, or for a sign-out. */
export interface IStatusOrSignOut {
  readonly kind: 'status' | 'sign_out';
  readonly requestId: string;
}

/** A request from a kernel, parsed and checked. Only this module handles raw JSON. */
export type KernelRequest = ITokenRequest | IAttachRequest | IStatusOrSignOut;

/** Error codes of the wire, a closed list. */
export type WireErrorCode =
  | 'sign_in_required'
  | 'consent_required'
  | 'cancelled'
  | 'denied'
  | 'signed_out'
  | 'unsupported_version'
  | 'unknown_kind'
  | 'invalid_message'
  | 'wrong_tenant'
  | 'unavailable'
  | 'failed';

/** An answer to a kernel, sent on its control channel only. */
export type Answer = IPendingAnswer | ITokenAnswer | IErrorAnswer | IStatusAnswer | IDoneAnswer;

export interface IPendingAnswer {
  readonly request_id: string;
  readonly kind: 'pending';
  readonly reason: 'acquiring' | 'sign_in' | 'consent';
  /** The user that the kernel waits for, on a server with several users. */
  readonly user?: string;
}

export interface ITokenAnswer {
  readonly request_id: string;
  readonly kind: 'token';
  readonly token: string;
  readonly token_type: string;
  /** Seconds since the epoch, as in azure-core; as is `refresh_on`. */
  readonly expires_on: number;
  readonly refresh_on?: number;
  /** Seconds until it expires, since the kernel's clock may differ. */
  readonly expires_in: number;
  readonly account: { readonly id: string; readonly username: string; readonly tenant_id: string };
  /** Whether the user has signed in for it, as `prompt` requires. */
  readonly prompted?: true;
  /** False if no other user can use the kernel; absent counts as true. */
  readonly shared?: false;
  /** Only on the comm of an `attach`, which did not ask for a specific token. */
  readonly request?: object;
}

export interface IErrorAnswer {
  readonly request_id: string | null;
  readonly kind: 'error';
  readonly code: WireErrorCode;
  readonly message: string;
  readonly remedy?: string;
  readonly detail?: string;
  /** The request to Azure that failed: `time`, `client_id`, `tenant_id`, `correlation_id`. */
  readonly trace?: object;
}

export interface IStatusAnswer {
  readonly request_id: string;
  readonly kind: 'status';
  /** The `kind` of the session's state. */
  readonly state: string;
  readonly account: {
    readonly id: string;
    readonly name: string;
    readonly username: string;
    readonly tenant_id: string;
  } | null;
  readonly source: string | null;
  readonly ambient: boolean;
  /** When the user has to sign in again, in seconds since the epoch; null if use prolongs it. */
  readonly expires_on: number | null;
  readonly candidates: readonly object[];
}

export interface IDoneAnswer {
  readonly request_id: string;
  readonly kind: 'done';
}

/** A message that cannot be served. Its text names the field at fault, never the value. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';

  constructor(
    readonly code: 'unsupported_version' | 'unknown_kind' | 'invalid_message',
    message: string,
    /** The request to answer; null if the message contains no valid id. */
    readonly requestId: string | null
  ) {
    super(message);
  }
}

/**
 * Parse the data of a `comm_open`, version 1. Unknown fields are ignored, since newer kernels may
 * send more. No field is trusted: any code in the kernel can send it.
 *
 * @throws ProtocolError for everything else, so that the kernel always gets an answer.
 */
export function parseRequest(data: unknown): KernelRequest {
  const fields = new Map<string, unknown>(
    Object.entries(typeof data === 'object' && data !== null ? data : {})
  );
  const sender = fields.get('request_id');
  const fail = (code: ProtocolError['code'], message: string): never => {
    throw new ProtocolError(code, message, isId(sender) ? sender : null);
  };
  const read = <T>(name: string, is: (value: unknown) => value is T, absent?: T): T => {
    const value: unknown = fields.get(name) ?? absent;
    return is(value) ? value : fail('invalid_message', `"${name}" is missing or malformed.`);
  };

  if (fields.get('version') !== 1) {
    return fail('unsupported_version', 'This JupyterLab supports version 1 only.');
  }
  const requestId = read('request_id', isId);
  switch (fields.get('kind')) {
    case 'token':
      return {
        kind: 'token',
        requestId,
        scopes: read('scopes', areOfOneResource),
        ...optional('tenantId', read('tenant_id', orNull(isTenant), null)),
        ...optional('cloud', read('cloud', orNull(isName), null)),
        ...optional('account', read('account', orNull(isName), null)),
        ...optional('claims', read('claims', orNull(isClaims), null)),
        enableCae: read('enable_cae', isFlag, false),
        force: read('force', isFlag, false),
        interactive: read('interactive', isFlag, true),
        prompt: read('prompt', isFlag, false),
        requireUser: read('require_user', isFlag, false),
        ...optional('heldBy', read('held_by', orNull(isName), null))
      };
    case 'attach':
      return { kind: 'attach', requestId, scopes: read('scopes', areScopes) };
    case 'status':
      return { kind: 'status', requestId };
    case 'sign_out':
      return { kind: 'sign_out', requestId };
    default:
      return fail('unknown_kind', 'Unknown kind of request.');
  }
}

/** @param request - What the token was first given for; only if the kernel has not just asked. */
export function tokenAnswer(
  requestId: string,
  token: IAzureToken,
  request?: ITokenTarget
): ITokenAnswer {
  const { account, expiresOnTimestamp, refreshAfterTimestamp } = token;
  return {
    request_id: requestId,
    kind: 'token',
    token: token.token,
    token_type: token.tokenType ?? 'Bearer',
    expires_on: Math.floor(expiresOnTimestamp / 1000),
    expires_in: Math.max(Math.floor((expiresOnTimestamp - Date.now()) / 1000), 0),
    ...(refreshAfterTimestamp === undefined
      ? {}
      : { refresh_on: Math.floor(refreshAfterTimestamp / 1000) }),
    account: { id: account.id, username: account.username, tenant_id: account.tenantId },
    ...(request === undefined ? {} : { request: toWireTarget(request) })
  };
}

/** Return the fields under their names on the wire. */
function toWireTarget({ scopes, tenantId, cloud, account, enableCae }: ITokenTarget): object {
  return {
    scopes,
    ...optional('tenant_id', tenantId ?? null),
    ...optional('cloud', cloud ?? null),
    ...optional('account', account ?? null),
    enable_cae: enableCae
  };
}

function optional<K extends string>(name: K, value: string | null): { [P in K]?: string } {
  return (value === null ? {} : { [name]: value }) as { [P in K]?: string };
}

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= 128;
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const orNull =
  (is: (value: unknown) => value is string) =>
  (value: unknown): value is string | null =>
    value === null || is(value);
