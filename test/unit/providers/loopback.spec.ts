/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { ServerExtensionError } from '../../../src/server-api/client';
import { LoopbackSignIn } from '../../../src/providers/loopback';
import { ServerTokenProvider } from '../../../src/providers/server-provider';
import type { ISignIn } from '../../../src/providers/provider';
import type { IAzureTokenRequest } from '../../../src/tokens';
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeServer, NO_SIGN_IN } from './fake-server';

const NOW = 1_800_000_000_000;
const KEY = 'jupyter-azure-auth:proof:attempt';
const ADDRESS = 'https://login.example/authorize';
/** A window that records what is done to it, in order, and which proof there was by then. */
class FakeWindow {
  readonly done: string[] = [];
  closed = false;
  readonly close = jest.fn(() => void (this.closed = true));
  readonly location = Object.defineProperty({ href: '' }, 'href', {
    get: () => {
      throw new DOMException('cross-origin', 'SecurityError');
    },
    set: (href: string) => this.done.push(`to ${href} with ${localStorage.getItem(KEY)}`)
  });

  set opener(value: unknown) {
    this.done.push(`opener ${String(value)}`);
  }
}

let server: FakeServer;
let opened: FakeWindow;
let open: jest.SpyInstance;
let method: LoopbackSignIn;
let giveUp: AbortController;
let onPopupMaybeClosed: jest.Mock;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  localStorage.clear();
  server = new FakeServer();
  opened = new FakeWindow();
  open = jest.spyOn(window, 'open').mockReturnValue(opened as unknown as Window);
  method = new LoopbackSignIn(
    server.self,
    new ServerTokenProvider(server.self, 'AzureCloud'),
    8888
  );
  giveUp = new AbortController();
  onPopupMaybeClosed = jest.fn();
});

afterEach(() => {
  open.mockRestore();
  jest.useRealTimers();
});

const pass = (milliseconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds) as unknown as Promise<void>;

/** The outcome of a sign-in so far; no rejection is lost in the meantime. */
function signIn(
  request: IAzureTokenRequest | null = null,
  current = false,
  account = ALICE.account
): Promise<ISignIn> {
  const made = method.signIn(request, current ? account : null, giveUp.signal, {
    onPopupMaybeClosed,
    onDeviceCode: () => undefined
  });
  made.catch(() => undefined);
  return made;
}

describe('signIn', () => {
  it('opens its window inside the click, and says if it was blocked', async () => {
    open.mockReturnValue(null);
    const made = signIn({ scopes: STORAGE });
    expect(open).toHaveBeenCalledTimes(1);
    await expect(made).rejects.toMatchObject({
      code: 'failed',
      problem: { code: 'popup_blocked', request: { scopes: STORAGE } }
    });
    expect(server.asked).toEqual([]);
  });

  it('stores the proof and removes the opener before the window navigates', async () => {
    void signIn();
    expect(opened.done).toEqual([]);
    await pass(0);
    expect(opened.done).toEqual(['opener null', `to ${ADDRESS} with PROOF`]);
  });

  it.each<[string, IAzureTokenRequest | null, boolean, object]>([
    ['no account yet', null, false, {}],
    [
      'a request',
      { scopes: STORAGE, tenantId: 't', claims: '{}' },
      false,
      { scopes: STORAGE, tenant_id: 't', claims: '{}' }
    ],
    [
      'the current account',
      null,
      true,
      { login_hint: 'alice@contoso.com', account: ALICE.account.id }
    ],
    ['another account', { scopes: STORAGE, account: 'bob@contoso.com' }, true, { scopes: STORAGE }]
  ])(
    'sends the server extension its port, and for %s what is known',
    async (_, request, who, sent) => {
      void signIn(request, who);
      expect(server.asked).toEqual([['loopback/start', { port: 8888, ...sent }]]);
    }
  );

  it('has the user choose if the account has no user name, only an id', () => {
    const { id } = ALICE.account;
    void signIn(null, true, { ...ALICE.account, username: id });
    expect(server.asked).toEqual([['loopback/start', { port: 8888, account: id }]]);
  });

  it('asks until the window has come back, and leaves no proof', async () => {
    const made = signIn();
    await pass(1100);
    expect(server.count('loopback/status')).toBe(3);
    server.answers['loopback/status'] = { state: 'redeeming' };
    await pass(500);
    server.answers['loopback/status'] = { state: 'done' };
    await pass(500);
    expect(await made).toEqual({
      ...{
        account: ALICE.account,
        source: 'loopback',
        ambient: false,
        persistedIn: 'memory',
        persistableIn: null
      },
      ...{ signedInAt: NOW + 2000, expiresAt: null }
    });
    expect(localStorage.length).toBe(0);
    expect(server.count('loopback/cancel')).toBe(0);
    await pass(10_000);
    expect([server.count('loopback/status'), jest.getTimerCount()]).toEqual([5, 0]);
  });

  it.each([
    [{ state: 'failed', problem: 'refused', detail: 'AADSTS50105' }, 'refused', 'AADSTS50105'],
    [{ state: 'failed', problem: 'cancelled' }, 'cancelled', null],
    [{ state: 'failed', problem: 'SECRET', detail: 'SECRET' }, 'failed', null]
  ])('says what %j means', async (status, code, detail) => {
    server.answers['loopback/status'] = status;
    await expect(signIn({ scopes: STORAGE })).rejects.toMatchObject({
      code: 'failed',
      problem: { code, detail, request: { scopes: STORAGE } }
    });
    expect(opened.close).toHaveBeenCalled();
    expect([localStorage.length, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it.each<[string, object, string]>([
    ['loopback/start', new ServerExtensionError(503, 'unavailable', null), 'network'],
    [
      'loopback/start',
      { attempt_id: 'f', proof: 'p', authorize_url: 'javascript:SECRET' },
      'failed'
    ],
    ['loopback/status', new ServerConnection.NetworkError(new TypeError('SECRET')), 'no_answer'],
    ['loopback/status', new ServerExtensionError(404, 'not_found', null), 'no_answer'],
    ['loopback/status', new TypeError('SECRET'), 'failed']
  ])('describes what %s answers with: %s', async (route, answer, code) => {
    server.answers[route] = answer;
    await expect(signIn()).rejects.toMatchObject({ problem: { code }, message: code });
    expect([opened.closed, localStorage.length]).toEqual([true, 0]);
  });

  it('fails if it is done and no user is signed in', async () => {
    server.answers['loopback/status'] = { state: 'done' };
    server.answers['session'] = NO_SIGN_IN;
    await expect(signIn()).rejects.toMatchObject({ problem: { code: 'failed' } });
  });

  it('reports a window that seems closed, and still accepts an answer', async () => {
    const made = signIn();
    await pass(1000);
    opened.closed = true;
    await pass(2100);
    expect(onPopupMaybeClosed).toHaveBeenCalledTimes(1);
    server.answers['loopback/status'] = { state: 'done' };
    await pass(500);
    expect(await made).toMatchObject({ account: ALICE.account });
  });

  it('ends at once if cancelled, at the server as well', async () => {
    const made = signIn();
    await pass(100);
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    expect(server.asked.at(-1)).toEqual(['loopback/cancel', { attempt_id: 'attempt' }]);
    expect(opened.closed).toBe(true);
    await pass(1000);
    expect([localStorage.length, jest.getTimerCount()]).toEqual([0, 0]);
    expect(server.count('loopback/cancel')).toBe(1);
  });

  it('does not navigate if cancelled before it begins', async () => {
    let answer: (started: object) => void = () => undefined;
    const started = server.answers['loopback/start'] as object;
    server.answers['loopback/start'] = new Promise<object>(resolve => (answer = resolve));
    const made = signIn();
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    answer(started);
    await pass(0);
    expect(server.asked.at(-1)).toEqual(['loopback/cancel', { attempt_id: 'attempt' }]);
    expect([opened.done, localStorage.length]).toEqual([[], 0]);
  });

  it('keeps the proofs of other tabs', async () => {
    localStorage.setItem('jupyter-azure-auth:proof:theirs', 'THEIRS');
    server.answers['loopback/status'] = { state: 'done' };
    await signIn();
    expect({ ...localStorage }).toEqual({ 'jupyter-azure-auth:proof:theirs': 'THEIRS' });
  });
});
