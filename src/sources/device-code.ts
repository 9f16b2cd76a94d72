import type { ServerHalf } from '../session/server-half';
import type { IAzureAccount, IAzureTokenNeed, IDeviceCode } from '../tokens';
import { failure, type ServerHolder, wireNeed } from './server-holder';
import { serverProblem } from './server-problem';
import type { ISignIn, IWay, IWayEvents } from './source';
import { aborted, untilDone } from './under-way';

/** Milliseconds between status requests. */
const LOOK = 1_000;

/**
 * Sign-in with a code that the user enters on a page of the authority, on any device. Works at any
 * address of this page, but many organizations forbid it, since phishers use it.
 */
export class DeviceCodeWay implements IWay {
  readonly name = 'device-code';

  constructor(
    private readonly server: ServerHalf,
    readonly holder: ServerHolder
  ) {}

  async signIn(
    need: IAzureTokenNeed | null,
    _current: IAzureAccount | null,
    signal: AbortSignal,
    { onDeviceCode }: IWayEvents
  ): Promise<ISignIn> {
    try {
      await Promise.race([this.goThrough(need, signal, onDeviceCode), aborted(signal)]);
      return await this.holder.entered(need);
    } catch (error) {
      throw signal.aborted ? signal.reason : serverProblem(error, need);
    }
  }

  /** Runs from the click to the end, even if the caller no longer waits. */
  private async goThrough(
    need: IAzureTokenNeed | null,
    signal: AbortSignal,
    show: IWayEvents['onDeviceCode']
  ): Promise<void> {
    // The server extension issues codes only for a click, and must be told if there is no scope.
    const wish = wireNeed(need ?? { scopes: [] });
    const started = readDeviceCode(await this.server.ask('device-code/start', wish), Date.now());
    if (started === null) {
      throw failure('failed', null, need);
    }
    const { flow, code } = started;
    const cancel = (): void =>
      void this.server.ask('device-code/cancel', { flow }).catch(() => null);
    if (signal.aborted) {
      return cancel();
    }
    signal.addEventListener('abort', cancel);
    try {
      show(code);
      await untilDone(this.server, this.name, flow, { need, signal, pause: LOOK });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
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
  fields: ReadonlyMap<string, unknown>,
  now: number
): { readonly flow: string; readonly code: IDeviceCode } | null {
  const [flow, userCode, verificationUri] = ['flow', 'user_code', 'verification_uri'].map(name =>
    fields.get(name)
  );
  const life = fields.get('expires_in');
  return typeof flow === 'string' &&
    typeof userCode === 'string' &&
    typeof verificationUri === 'string' &&
    ADDRESS.test(verificationUri) &&
    typeof life === 'number'
    ? { flow, code: { userCode, verificationUri, expiresOn: now + life * 1000 } }
    : null;
}
