import { isSource } from '../session/choose';
import { aadstsNumber, fieldsOf } from '../session/server-half';
import type {
  AzureProblemCode,
  IAzureAccount,
  IAzureToken,
  IConsidered,
  IRestorable,
  WayName
} from '../tokens';
import type { IServerSession, ISignIn } from './source';

/** @returns Null where nobody is signed in, or the answer is not one of ours. */
export function readAccount(data: unknown): IAzureAccount | null {
  const fields = fieldsOf(data);
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const [id, username, tenantId] = [text('id'), text('username'), text('tenant_id')];
  return id === '' || username === ''
    ? null
    : { id, username, tenantId, name: text('name') || username };
}

/**
 * Read a token, with its times by the clock of this browser, which may not be the server's.
 *
 * @param now - When the answer came, in milliseconds since the epoch.
 * @returns Null where the answer holds no token.
 */
export function readToken(fields: ReadonlyMap<string, unknown>, now: number): IAzureToken | null {
  const account = readAccount(fields.get('account'));
  const [token, expiresOn] = [fields.get('token'), fields.get('expires_on')];
  const [expiresIn, refreshOn] = [fields.get('expires_in'), fields.get('refresh_on')];
  if (account === null || typeof token !== 'string' || typeof expiresOn !== 'number') {
    return null;
  }
  // Older server halves tell no lifetime.
  const ahead = typeof expiresIn === 'number' ? now - (expiresOn - expiresIn) * 1000 : 0;
  return {
    token,
    tokenType: 'Bearer',
    expiresOnTimestamp: expiresOn * 1000 + ahead,
    ...(typeof refreshOn === 'number' ? { refreshAfterTimestamp: refreshOn * 1000 + ahead } : {}),
    account
  };
}

/**
 * Read the answer of `session`. What an older server half does not say yet is as it was with that:
 * people only, in its memory.
 *
 * @param now - Milliseconds since the epoch.
 * @returns Null where it does not say whether anybody is signed in: then nothing is known.
 */
export function readSession(
  fields: ReadonlyMap<string, unknown>,
  now: number
): IServerSession | null {
  if (fields.get('account') !== null && readAccount(fields.get('account')) === null) {
    return null;
  }
  const generation = fields.get('generation');
  const considered = fields.get('considered');
  const restorable = fields.get('restorable');
  return {
    signIn: readSignIn(fields, now),
    endedBy: aadstsNumber(fields.get('ended_by')),
    looking: fields.get('looking') === true,
    considered: Array.isArray(considered) ? considered.flatMap(readConsidered) : [],
    stored: {
      erasing: fields.get('erasing') === true,
      restorable: Array.isArray(restorable) ? restorable.flatMap(readRestorable) : []
    },
    generation: typeof generation === 'number' ? generation : null
  };
}

/** Which sign-in an answer of `session` tells of; empty where it tells of none by hand. */
export function whoseSignIn(fields: ReadonlyMap<string, unknown>): string {
  const account = readAccount(fields.get('account'));
  return account === null || fields.get('automatic') === true
    ? ''
    : JSON.stringify([account.id, fields.get('made_on')]);
}

/** @returns Null where nobody is signed in, or only by what a newer server half has. */
function readSignIn(fields: ReadonlyMap<string, unknown>, now: number): ISignIn | null {
  const account = readAccount(fields.get('account'));
  const source = fields.get('source');
  return account !== null && isSource(source)
    ? {
        ...{ account, source, madeOn: now, endsOn: null },
        automatic: fields.get('automatic') === true,
        kept: readStore(fields.get('kept')) ?? 'memory',
        keeps: readStore(fields.get('keeps'))
      }
    : null;
}

function readRestorable(data: unknown): IRestorable[] {
  const fields = fieldsOf(data);
  const [id, account] = [fields.get('id'), readAccount(fields.get('account'))];
  return typeof id === 'string' && account !== null ? [{ id, account }] : [];
}

function readStore(value: unknown): 'keychain' | 'file' | null {
  return value === 'keychain' || value === 'file' ? value : null;
}

function readConsidered(data: unknown): IConsidered[] {
  const fields = fieldsOf(data);
  const [source, outcome, reason] = ['source', 'outcome', 'reason'].map(name => fields.get(name));
  const isOutcome = outcome === 'used' || outcome === 'not_used' || outcome === 'not_asked';
  return typeof source === 'string' && isOutcome
    ? [
        {
          ...{ source, outcome, reason: typeof reason === 'string' ? reason : null },
          ...(fields.get('fixable') === true ? { fixable: true } : {})
        }
      ]
    : [];
}

/** Problems that a sign-in of the server half can end in, by the names it gives them. */
const PROBLEMS: ReadonlySet<AzureProblemCode> = new Set<AzureProblemCode>([
  'cancelled',
  'refused',
  'wrong_tenant',
  'unknown_tenant',
  'timed_out',
  'consent_required',
  'interaction_required',
  'busy',
  'network',
  'untrusted_certificate',
  'bad_configuration',
  'device_code_forbidden',
  'failed'
]);

/** @param way - By which the sign-in was to be made. */
export function readProblem(name: unknown, way: WayName): AzureProblemCode {
  const known = [...PROBLEMS].find(problem => problem === name) ?? 'failed';
  return known === 'timed_out' && way === 'device-code' ? 'device_code_expired' : known;
}

/** A sign-in that the server half has begun. */
export interface IStarted {
  readonly flow: string;
  /** What only the browser that began it has. */
  readonly proof: string;
  /** Of the authority, to send the window to. */
  readonly address: string;
}

/** @returns Null where the answer is none of ours. */
export function readStarted(fields: ReadonlyMap<string, unknown>): IStarted | null {
  const [flow, proof, address] = ['flow', 'proof', 'authorize_url'].map(name => fields.get(name));
  return typeof flow === 'string' &&
    typeof proof === 'string' &&
    typeof address === 'string' &&
    /^https?:/.test(address)
    ? { flow, proof, address }
    : null;
}
