import { isSource } from '../auth/methods';
import { isGuid, isTenant } from '../auth/validation';
import { aadstsNumber, type Fields, fieldsOf, listOf, numberOf, textOf } from './client';
import { SERVER_CODES, SERVER_PROBLEMS } from './server-codes';
import type { IIdentityCandidate, IRestorable } from '../auth/page-auth';
import type {
  AzureProblemCode,
  IAzureAccount,
  IAzureProblem,
  IAzureToken,
  SignInMethodName
} from '../tokens';
import type { IServerSession, ISignIn } from '../providers/provider';

/** @returns Null if no account is signed in, or the answer is invalid. */
export function readAccount(data: unknown): IAzureAccount | null {
  const fields = fieldsOf(data);
  const [id, username] = [textOf(fields, 'id'), textOf(fields, 'username')];
  return id && username
    ? {
        ...{ id, username, name: textOf(fields, 'name') || username },
        tenantId: textOf(fields, 'tenant_id') ?? ''
      }
    : null;
}

/**
 * Parse a token, with its times by the clock of this browser, which may differ from the server's.
 *
 * @param now - When the answer arrived, in milliseconds since the epoch.
 * @returns Null if the answer holds no token.
 */
export function readToken(fields: Fields, now: number): IAzureToken | null {
  const account = readAccount(fields.get('account'));
  const [token, expiresOn] = [textOf(fields, 'token'), numberOf(fields, 'expires_on')];
  const [expiresIn, refreshOn] = [numberOf(fields, 'expires_in'), numberOf(fields, 'refresh_on')];
  if (account === null || token === null || expiresOn === null) {
    return null;
  }
  // Older server extensions do not send the lifetime.
  const ahead = expiresIn === null ? 0 : now - (expiresOn - expiresIn) * 1000;
  return {
    token,
    tokenType: 'Bearer',
    expiresOnTimestamp: expiresOn * 1000 + ahead,
    ...(refreshOn === null ? {} : { refreshAfterTimestamp: refreshOn * 1000 + ahead }),
    account
  };
}

/**
 * Parse the answer of `session`. Fields that an older server extension lacks default to what it
 * does: user sign-ins only, in memory.
 *
 * @param now - Milliseconds since the epoch.
 * @returns Null if it does not say whether an account is signed in: then nothing is known.
 */
export function readSession(fields: Fields, now: number): IServerSession | null {
  if (fields.get('account') !== null && readAccount(fields.get('account')) === null) {
    return null;
  }
  const [others, endedBy] = [readOthers(fields, now), aadstsNumber(fields.get('ended_by'))];
  const isSearching = fields.get('searching') === true;
  return {
    signIn: readSignIn(fields, now),
    others,
    // With `prefer_machine`, no identity is in use until it is known whether the machine has one.
    hasEnded:
      fields.get('account') === null && (endedBy !== null || (others.length > 0 && !isSearching)),
    endedBy,
    isSearching,
    candidates: listOf(fields, 'candidates').flatMap(readCandidate),
    stored: {
      erasing: fields.get('erasing') === true,
      restorable: listOf(fields, 'restorable').flatMap(readRestorable)
    },
    generation: numberOf(fields, 'generation')
  };
}

/** Return which interactive sign-in an answer of `session` reports; empty if none. */
export function signInId(fields: Fields): string {
  const account = readAccount(fields.get('account'));
  return account === null || fields.get('ambient') === true
    ? ''
    : JSON.stringify([account.id, fields.get('signed_in_at')]);
}

/** @returns Null if no account is signed in, or only by a source of a newer server extension. */
function readSignIn(fields: Fields, now: number): ISignIn | null {
  const account = readAccount(fields.get('account'));
  const source = fields.get('source');
  return account !== null && isSource(source)
    ? {
        ...{ account, source, signedInAt: now, expiresAt: null },
        ambient: fields.get('ambient') === true,
        persistedIn: readStore(fields.get('persisted_in')) ?? 'memory',
        persistableIn: readStore(fields.get('persistable_in'))
      }
    : null;
}

/** Return the sign-ins that `switch-account` can make active, in an answer of `session`. */
export function readOthers(fields: Fields, now: number): readonly ISignIn[] {
  return listOf(fields, 'others')
    .map(readAccount)
    .flatMap(account =>
      account === null
        ? []
        : [
            {
              // Whether it was made with a code is known once it is active.
              ...{ account, source: 'loopback', ambient: false, signedInAt: now, expiresAt: null },
              ...{ persistedIn: 'memory', persistableIn: null }
            } as const
          ]
    );
}

function readRestorable(data: unknown): IRestorable[] {
  const fields = fieldsOf(data);
  const [id, account] = [textOf(fields, 'id'), readAccount(fields.get('account'))];
  return id !== null && account !== null ? [{ id, account }] : [];
}

function readStore(value: unknown): 'keychain' | 'file' | null {
  return value === 'keychain' || value === 'file' ? value : null;
}

function readCandidate(data: unknown): IIdentityCandidate[] {
  const fields = fieldsOf(data);
  const [source, outcome] = [textOf(fields, 'source'), fields.get('outcome')];
  const isOutcome = outcome === 'selected' || outcome === 'unavailable' || outcome === 'skipped';
  return source !== null && isOutcome
    ? [
        {
          ...{ source, outcome, reason: textOf(fields, 'reason') },
          ...(fields.get('fixable') === true ? { fixable: true } : {})
        }
      ]
    : [];
}

/** Return the problem that a code of the server extension stands for. */
export function problemOfCode(code: string): AzureProblemCode {
  return SERVER_CODES.get(code) ?? SERVER_PROBLEMS.find(known => known === code) ?? 'failed';
}

/** @param method - Method of the sign-in. */
export function readProblem(code: unknown, method: SignInMethodName): AzureProblemCode {
  const problem = problemOfCode(String(code));
  return problem === 'timed_out' && method === 'device-code' ? 'device_code_expired' : problem;
}

/** Return what the server extension says about an error, besides its code. */
export function readSaid(said: {
  readonly explanation: unknown;
  readonly trace: unknown;
}): Pick<IAzureProblem, 'explanation' | 'trace'> {
  const { explanation } = said;
  const fields = fieldsOf(said.trace);
  const text = (name: string): string => textOf(fields, name) ?? '';
  const [time, clientId, tenantId] = [text('time'), text('client_id'), text('tenant_id')];
  const correlationId = text('correlation_id');
  const isTrace = /^[\d-]{10}T[\d:]{8}Z$/.test(time) && isGuid(clientId) && isTenant(tenantId);
  return {
    ...(typeof explanation === 'string' ? { explanation } : {}),
    ...(isTrace
      ? {
          trace: {
            time,
            clientId,
            tenantId,
            correlationId: isGuid(correlationId) ? correlationId : null
          }
        }
      : {})
  };
}

/** A sign-in that the server extension has started. */
export interface IStarted {
  readonly attemptId: string;
  /** Secret that only the browser that started it has. */
  readonly proof: string;
  /** Page of the authority that the window has to open. */
  readonly address: string;
}

/** @returns Null if the answer is invalid. */
export function readStarted(fields: Fields): IStarted | null {
  const [attemptId, proof] = [textOf(fields, 'attempt_id'), textOf(fields, 'proof')];
  const address = textOf(fields, 'authorize_url') ?? '';
  return attemptId !== null && proof !== null && /^https?:/.test(address)
    ? { attemptId, proof, address }
    : null;
}
