import { CachingTokenProvider } from '../../../src/providers/caching-provider';
import type {
  ITokenProvider,
  ISignIn,
  ISilentRequest,
  ISignInMethod
} from '../../../src/providers/provider';
import type { IAzureToken } from '../../../src/tokens';

const NOW = 1_000_000_000_000;
const MINUTE = 60_000;

const account = { id: 'oid.tid', name: 'Ada', username: 'ada@example.com', tenantId: 'tid' };
const signIn: ISignIn = {
  ...{ account, source: 'popup', ambient: false, persistedIn: 'tab', persistableIn: null },
  ...{ signedInAt: NOW, expiresAt: NOW + 1440 * MINUTE }
};
const EVENTS = { onPopupMaybeClosed: () => undefined, onDeviceCode: () => undefined };

const asked: ISilentRequest = { scopes: ['a/.default'], account, force: false, enableCae: false };

/** The n-th token of a source. */
function token(n: number, more: Partial<IAzureToken> = {}): IAzureToken {
  const expiresOnTimestamp = NOW + 60 * MINUTE;
  return { token: `token ${n}`, tokenType: 'Bearer', expiresOnTimestamp, account, ...more };
}

const source = {
  cloud: 'AzureCloud',
  restore: jest.fn(async () => signIn),
  getToken: jest.fn<Promise<IAzureToken>, [ISilentRequest]>(),
  clear: jest.fn(async () => undefined)
} satisfies ITokenProvider;
const method = {
  name: 'popup' as const,
  provider: source,
  signIn: jest.fn(async () => signIn)
} satisfies ISignInMethod;

describe('CachingTokenProvider', () => {
  let held: CachingTokenProvider;

  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
    jest.clearAllMocks();
    let count = 0;
    source.getToken.mockImplementation(async () => token((count += 1)));
    held = new CachingTokenProvider(source);
  });

  afterEach(() => jest.useRealTimers());

  const get = async (more: Partial<ISilentRequest> = {}): Promise<string> =>
    (await held.getToken({ ...asked, ...more })).token;

  const signInAgain = (): Promise<ISignIn> =>
    held.wrap(method).signIn(null, null, new AbortController().signal, EVENTS);

  it('asks the source once', async () => {
    expect(await get()).toBe('token 1');
    expect(await get()).toBe('token 1');
    expect(source.getToken.mock.calls).toEqual([[asked]]);
  });

  it.each<[string, Partial<ISilentRequest>]>([
    ['another scope', { scopes: ['b/.default'] }],
    ['another tenant', { tenantId: 'other' }],
    ['another account', { account: { ...account, id: 'other.tid' } }],
    ['one that can be revoked', { enableCae: true }],
    ['a new one', { force: true }],
    ['one with claims', { claims: '{}' }]
  ])('asks for %s', async (_, difference) => {
    await get();
    expect(await get(difference)).toBe('token 2');
  });

  it.each<[string, Partial<ISilentRequest>]>([
    ['force', { force: true }],
    ['claims', { claims: '{}' }]
  ])('caches the token requested with %s in place of the previous one', async (_, difference) => {
    await get();
    await get(difference);
    expect(await get()).toBe('token 2');
  });

  it.each<[string, Partial<IAzureToken>, number]>([
    ['the last five minutes', {}, 55],
    ['four fifths of a short life', { expiresOnTimestamp: NOW + 5 * MINUTE }, 1],
    ['renewal', { refreshAfterTimestamp: NOW + 10 * MINUTE }, 10]
  ])('leaves %s to the source', async (_, end, minutes) => {
    source.getToken.mockResolvedValueOnce(token(0, end));
    expect(await get()).toBe('token 0');
    jest.advanceTimersByTime(minutes * MINUTE - 1);
    expect(await get()).toBe('token 0');
    jest.advanceTimersByTime(1);
    expect(await get()).toBe('token 1');
  });

  // Situation: browser's clock | set back by an hour | a token is held | the user's, for what is
  // left of its true lifetime; then a new one | nothing to do
  it('follows the monotonic clock if the wall clock is set back', async () => {
    await get();
    jest.advanceTimersByTime(50 * MINUTE);
    jest.setSystemTime(NOW - 60 * MINUTE);
    const { expiresOnTimestamp } = await held.getToken(asked);
    expect(expiresOnTimestamp).toBe(NOW - 50 * MINUTE);
  });

  it('forces a new one if the library considers an expired one valid', async () => {
    source.getToken.mockImplementation(async ({ force }) => token(force ? 2 : 1));
    await get();
    jest.advanceTimersByTime(50 * MINUTE);
    jest.setSystemTime(NOW - 60 * MINUTE);
    jest.advanceTimersByTime(7 * MINUTE);
    expect(await get()).toBe('token 1');
    jest.advanceTimersByTime(3 * MINUTE);
    expect(await get()).toBe('token 2');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['out', () => held.clear(false)],
    ['in', () => signInAgain()]
  ])('caches nothing from before a user signed %s', async (_, change) => {
    await get();
    await change();
    expect(await get()).toBe('token 2');
  });

  it.each(['forget', 'signOut'] as const)('caches no token of an account after %s', async end => {
    const done = async (): Promise<void> => undefined;
    const accounts = { others: [], switchTo: done, signOut: jest.fn(done), forget: jest.fn(done) };
    held = new CachingTokenProvider({ ...source, accounts });
    await get();
    await held.accounts?.[end]('other');
    expect(accounts[end]).toHaveBeenCalledWith('other');
    expect(await get()).toBe('token 2');
  });

  it('drops a token that arrives after a user signed out', async () => {
    const late = get();
    await held.clear(false);
    await late;
    expect(await get()).toBe('token 2');
  });

  it('opens the window before it returns', () => {
    void signInAgain();
    expect(method.signIn).toHaveBeenCalledTimes(1);
  });
});
