import { matchesAccount } from '../auth/account-choice';
import { failure } from '../auth/failure';
import { type Fields, numberOf, type ServerExtensionClient, textOf } from '../server-api/client';
import type { IAzureAccount, IAzureTokenRequest, IDeviceCode } from '../tokens';
import { type ServerTokenProvider, toWireRequest } from './server-provider';
import type { ISignIn, ISignInMethod, ISignInEvents } from './provider';
import { completeAttempt, followAttempt } from './server-attempt';

/** Milliseconds between status requests. */
const STATUS_POLL_MS = 1_000;

/**
 * Sign-in with a code that the user enters on a page of the authority, on any device. Works at any
 * address of this page, but many organizations forbid it, since phishers use it.
 */
export class DeviceCodeSignIn implements ISignInMethod {
  readonly name = 'device-code';

  constructor(
    private readonly server: ServerExtensionClient,
    readonly provider: ServerTokenProvider
  ) {}

  signIn(
    request: IAzureTokenRequest | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    { onDeviceCode }: ISignInEvents
  ): Promise<ISignIn> {
    const attempt = this.#run(request, current, signal, onDeviceCode);
    return completeAttempt(attempt, this.provider, request, signal);
  }

  async #run(
    request: IAzureTokenRequest | null,
    current: IAzureAccount | null,
    signal: AbortSignal,
    show: ISignInEvents['onDeviceCode']
  ): Promise<void> {
    // The server extension issues codes only for a click, and must be told if there is no scope.
    const fields = {
      ...toWireRequest(request ?? { scopes: [] }),
      ...(current !== null && matchesAccount(current, request?.account)
        ? { account: current.id }
        : {})
    };
    const started = readDeviceCode(await this.server.post('device-code/start', fields), Date.now());
    if (started === null) {
      throw failure('failed', request);
    }
    await followAttempt(this.server, {
      ...{ method: this.name, id: started.attemptId, request, signal, pause: STATUS_POLL_MS },
      show: () => show(started.code)
    });
  }
}

/** An address with a host that can be shown. */
const ADDRESS = /^https:\/\/[\w.-]+(:\d+)?(\/|$)/;

/**
 * Parse the answer of `device-code/start`. The server extension has checked that the address
 * belongs to the cloud.
 *
 * @param now - Milliseconds since the epoch.
 * @returns Null for an invalid answer.
 */
export function readDeviceCode(
  fields: Fields,
  now: number
): { readonly attemptId: string; readonly code: IDeviceCode } | null {
  const [attemptId, userCode] = [textOf(fields, 'attempt_id'), textOf(fields, 'user_code')];
  const verificationUri = textOf(fields, 'verification_uri') ?? '';
  const life = numberOf(fields, 'expires_in');
  return attemptId !== null && userCode !== null && ADDRESS.test(verificationUri) && life !== null
    ? { attemptId, code: { userCode, verificationUri, expiresAt: now + life * 1000 } }
    : null;
}
