import type { ServerHalf } from '../session/server-half';
import type { IAzureAccount, IAzureTokenNeed, IDeviceCode } from '../tokens';
import { failure, type ServerHolder, wireNeed } from './server-holder';
import { serverProblem } from './server-problem';
import type { ISignIn, IWay, IWayEvents } from './source';
import { aborted, untilDone } from './under-way';

/** Milliseconds between two questions whether the user is done. */
const LOOK = 1_000;

/**
 * Sign-in with a code that the user types into a page of the authority, on whatever device. Needs
 * nothing of the place where this page is; many organisations forbid it, and phishers like it.
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

  /** From the click to the end, also when that is not waited for any more. */
  private async goThrough(
    need: IAzureTokenNeed | null,
    signal: AbortSignal,
    show: IWayEvents['onDeviceCode']
  ): Promise<void> {
    // The server half gives a code for a click only, and has to be told that there is no scope.
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

/** Of a page, whose host can be named. */
const ADDRESS = /^https:\/\/[\w.-]+(:\d+)?(\/|$)/;

/**
 * Read the answer of `device-code/start`. Whether the address is one of the cloud, the server half
 * has checked.
 *
 * @param now - Milliseconds since the epoch.
 * @returns Null where the answer is none of ours.
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
