/** @jest-environment jsdom */
import { fieldsOf, ServerExtensionError } from '../../../src/server-api/client';
import { DeviceCodeSignIn, readDeviceCode } from '../../../src/providers/device-code';
import { ServerTokenProvider } from '../../../src/providers/server-provider';
import type { ISignIn } from '../../../src/providers/provider';
import type { AzureProblemCode, IAzureTokenRequest, IDeviceCode } from '../../../src/tokens';
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeServer, NO_SIGN_IN } from './fake-server';

const NOW = 1_800_000_000_000;
const STARTED = {
  attempt_id: 'attempt',
  user_code: 'ABC123XYZ',
  verification_uri: 'https://microsoft.com/devicelogin',
  expires_in: 900
};
const CODE: IDeviceCode = {
  userCode: 'ABC123XYZ',
  verificationUri: 'https://microsoft.com/devicelogin',
  expiresAt: NOW + 900_000
};

let server: FakeServer;
let method: DeviceCodeSignIn;
let giveUp: AbortController;
let onDeviceCode: jest.Mock;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  server = new FakeServer();
  Object.assign(server.answers, {
    'device-code/start': STARTED,
    'device-code/status': { state: 'pending' },
    'device-code/cancel': {}
  });
  method = new DeviceCodeSignIn(server.self, new ServerTokenProvider(server.self, 'AzureCloud'));
  giveUp = new AbortController();
  onDeviceCode = jest.fn();
});

afterEach(() => jest.useRealTimers());

const pass = (milliseconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds) as unknown as Promise<void>;

/** The outcome of a sign-in so far; no rejection is lost in the meantime. */
function signIn(request: IAzureTokenRequest | null = null): Promise<ISignIn> {
  const made = method.signIn(request, ALICE.account, giveUp.signal, {
    onPopupMaybeClosed: () => undefined,
    onDeviceCode
  });
  made.catch(() => undefined);
  return made;
}

describe('signIn', () => {
  it.each<[IAzureTokenRequest | null, object]>([
    [null, { scopes: [], account: ALICE.account.id }],
    [
      { scopes: STORAGE, tenantId: 't', claims: '{}', account: 'ada' },
      { scopes: STORAGE, tenant_id: 't', claims: '{}' }
    ]
  ])('asks for a code for %j, and shows it', async (request, asked) => {
    void signIn(request);
    await pass(0);
    expect(server.asked[0]).toEqual(['device-code/start', asked]);
    expect(onDeviceCode.mock.calls).toEqual([[CODE]]);
  });

  it('is the account that the server extension then holds', async () => {
    const made = signIn();
    await pass(2_500);
    expect(server.count('device-code/status')).toBe(3);
    server.answers['device-code/status'] = { state: 'done' };
    await pass(1_000);
    await expect(made).resolves.toMatchObject({ account: ALICE.account });
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each<[string, string | undefined, AzureProblemCode]>([
    ['timed_out', undefined, 'device_code_expired'],
    ['device_code_forbidden', 'AADSTS530033', 'device_code_forbidden'],
    ['cancelled', undefined, 'cancelled'],
    ['refused', 'AADSTS50105', 'refused'],
    ['of a newer server', undefined, 'failed']
  ])('reports that it failed: %s', async (problem, detail, code) => {
    server.answers['device-code/status'] = { state: 'failed', problem, detail };
    await expect(signIn({ scopes: STORAGE })).rejects.toMatchObject({
      problem: { code, detail: detail ?? null, request: { scopes: STORAGE } }
    });
  });

  it.each<[string, AzureProblemCode]>([
    ['unavailable', 'network'],
    ['device_code_forbidden', 'device_code_forbidden'],
    ['page_required', 'failed']
  ])('says that there is no code: %s', async (code, problem) => {
    server.answers['device-code/start'] = new ServerExtensionError(409, code, null);
    await expect(signIn()).rejects.toMatchObject({ problem: { code: problem } });
    expect(onDeviceCode).not.toHaveBeenCalled();
  });

  it('can be cancelled', async () => {
    const made = signIn();
    await pass(100);
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    expect(server.asked.at(-1)).toEqual(['device-code/cancel', { attempt_id: 'attempt' }]);
    await pass(5_000);
    expect([server.count('device-code/cancel'), jest.getTimerCount()]).toEqual([1, 0]);
  });

  it('shows nothing if cancelled before there is a code', async () => {
    let answer: (started: object) => void = () => undefined;
    server.answers['device-code/start'] = new Promise<object>(resolve => (answer = resolve));
    const made = signIn();
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    answer(STARTED);
    await pass(0);
    expect(server.asked.at(-1)).toEqual(['device-code/cancel', { attempt_id: 'attempt' }]);
    expect(onDeviceCode).not.toHaveBeenCalled();
  });

  it('leaves no user signed in if the server extension has none after all', async () => {
    Object.assign(server.answers, { 'device-code/status': { state: 'done' }, session: NO_SIGN_IN });
    await expect(signIn()).rejects.toMatchObject({ problem: { code: 'failed' } });
  });
});

describe('readDeviceCode', () => {
  const read = (change: object): object | null =>
    readDeviceCode(fieldsOf({ ...STARTED, ...change }), NOW);

  it('measures by the clock of this browser', () => {
    expect(read({ of_a_newer_server: 1 })).toEqual({ attemptId: 'attempt', code: CODE });
  });

  it.each([
    { attempt_id: 1 },
    { user_code: null },
    { expires_in: '900' },
    { verification_uri: 'http://microsoft.com/devicelogin' },
    { verification_uri: 'javascript:alert(1)' },
    { verification_uri: 'https://' },
    { verification_uri: undefined }
  ])('rejects one with %j', change => {
    expect(read(change)).toBeNull();
  });
});
