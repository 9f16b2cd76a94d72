/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { type ServerHalf, ServerHalfError, fieldsOf } from '../../../src/session/server-half';
import { LoopbackSource } from '../../../src/sources/loopback';
import type { ISignIn } from '../../../src/sources/source';
import type { IAzureTokenNeed } from '../../../src/tokens';
import { ALICE, STORAGE } from '../panel/fixtures';

const NOW = 1_800_000_000_000;
const KEY = 'jupyter-azure-auth:proof:flow';
const ADDRESS = 'https://login.example/authorize';
const ACCOUNT = {
  id: 'o.t',
  name: 'Alice',
  username: 'alice@contoso.com',
  tenant_id: 'contoso-id'
};
const SIGNED_IN = { account: ACCOUNT, source: 'loopback', made_on: 5, ended_by: null };
const NOBODY = { account: null, source: null, made_on: null, ended_by: null };

/** Answers by route, an error by rejecting, and keeps what it was asked. */
class FakeServer {
  readonly asked: [string, object][] = [];
  readonly answers: Record<string, object | Promise<object>> = {
    'loopback/start': { flow: 'flow', proof: 'PROOF', authorize_url: ADDRESS },
    'loopback/status': { state: 'pending' },
    'loopback/cancel': {},
    'sign-out': {},
    session: SIGNED_IN
  };

  async ask(route: string, fields: object = {}): Promise<ReadonlyMap<string, unknown>> {
    this.asked.push([route, fields]);
    const answer = await this.answers[route];
    if (answer instanceof Error) {
      throw answer;
    }
    return fieldsOf(answer);
  }

  count(route: string): number {
    return this.asked.filter(([asked]) => asked === route).length;
  }
}

/** A window; notes what is done to it, in order, and which proof there was by then. */
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
let source: LoopbackSource;
let giveUp: AbortController;
let onDoubt: jest.Mock;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  localStorage.clear();
  server = new FakeServer();
  opened = new FakeWindow();
  open = jest.spyOn(window, 'open').mockReturnValue(opened as unknown as Window);
  source = new LoopbackSource(server as unknown as ServerHalf, 8888);
  giveUp = new AbortController();
  onDoubt = jest.fn();
});

afterEach(() => {
  open.mockRestore();
  jest.useRealTimers();
});

const pass = (milliseconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds) as unknown as Promise<void>;

/** What came of a sign-in so far; no rejection is lost meanwhile. */
function signIn(need: IAzureTokenNeed | null = null, current = false): Promise<ISignIn> {
  const made = source.signIn(need, current ? ALICE.account : null, giveUp.signal, onDoubt);
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
      problem: { code: 'popup_blocked', need: { scopes: STORAGE } }
    });
    expect(server.asked).toEqual([]);
  });

  it('keeps the proof and cuts the tie before the window goes anywhere', async () => {
    void signIn();
    expect(opened.done).toEqual([]);
    await pass(0);
    expect(opened.done).toEqual(['opener null', `to ${ADDRESS} with PROOF`]);
  });

  it.each<[string, IAzureTokenNeed | null, boolean, object]>([
    ['nobody yet', null, false, {}],
    [
      'a need',
      { scopes: STORAGE, tenantId: 't', claims: '{}' },
      false,
      { scopes: STORAGE, tenant_id: 't', claims: '{}' }
    ],
    ['who is signed in', null, true, { login_hint: 'alice@contoso.com' }],
    ['somebody else', { scopes: STORAGE, account: 'bob@contoso.com' }, true, { scopes: STORAGE }]
  ])('tells the server half its port, and for %s what is known', async (_, need, who, sent) => {
    void signIn(need, who);
    expect(server.asked).toEqual([['loopback/start', { port: 8888, ...sent }]]);
  });

  it('asks until the window has come back, and leaves no proof', async () => {
    const made = signIn();
    await pass(1100);
    expect(server.count('loopback/status')).toBe(3);
    server.answers['loopback/status'] = { state: 'redeeming' };
    await pass(500);
    server.answers['loopback/status'] = { state: 'done' };
    await pass(500);
    expect(await made).toEqual({ account: ALICE.account, madeOn: NOW + 2000, endsOn: null });
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
      problem: { code, detail, need: { scopes: STORAGE } }
    });
    expect(opened.close).toHaveBeenCalled();
    expect([localStorage.length, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it.each<[string, object, string]>([
    ['loopback/start', new ServerHalfError(503, 'unavailable', null), 'network'],
    ['loopback/start', { flow: 'f', proof: 'p', authorize_url: 'javascript:SECRET' }, 'failed'],
    ['loopback/status', new ServerConnection.NetworkError(new TypeError('SECRET')), 'no_answer'],
    ['loopback/status', new ServerHalfError(404, 'not_found', null), 'no_answer'],
    ['loopback/status', new TypeError('SECRET'), 'failed']
  ])('describes what %s answers with: %s', async (route, answer, code) => {
    server.answers[route] = answer;
    await expect(signIn()).rejects.toMatchObject({ problem: { code }, message: code });
    expect([opened.closed, localStorage.length]).toEqual([true, 0]);
  });

  it('fails where it is done and nobody is signed in', async () => {
    server.answers['loopback/status'] = { state: 'done' };
    server.answers['session'] = NOBODY;
    await expect(signIn()).rejects.toMatchObject({ problem: { code: 'failed' } });
  });

  it('has its doubts about a window that is closed, and takes what comes all the same', async () => {
    const made = signIn();
    await pass(1000);
    opened.closed = true;
    await pass(2100);
    expect(onDoubt).toHaveBeenCalledTimes(1);
    server.answers['loopback/status'] = { state: 'done' };
    await pass(500);
    expect(await made).toMatchObject({ account: ALICE.account });
  });

  it('ends at once when given up, there as well', async () => {
    const made = signIn();
    await pass(100);
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    expect(server.asked.at(-1)).toEqual(['loopback/cancel', { flow: 'flow' }]);
    expect(opened.closed).toBe(true);
    await pass(1000);
    expect([localStorage.length, jest.getTimerCount()]).toEqual([0, 0]);
    expect(server.count('loopback/cancel')).toBe(1);
  });

  it('goes nowhere when given up before it has begun', async () => {
    let answer: (started: object) => void = () => undefined;
    const started = server.answers['loopback/start'] as object;
    server.answers['loopback/start'] = new Promise<object>(resolve => (answer = resolve));
    const made = signIn();
    giveUp.abort();
    await expect(made).rejects.toHaveProperty('name', 'AbortError');
    answer(started);
    await pass(0);
    expect(server.asked.at(-1)).toEqual(['loopback/cancel', { flow: 'flow' }]);
    expect([opened.done, localStorage.length]).toEqual([[], 0]);
  });

  it('leaves the proofs of other tabs alone', async () => {
    localStorage.setItem('jupyter-azure-auth:proof:theirs', 'THEIRS');
    server.answers['loopback/status'] = { state: 'done' };
    await signIn();
    expect({ ...localStorage }).toEqual({ 'jupyter-azure-auth:proof:theirs': 'THEIRS' });
  });
});

describe('restore', () => {
  it('finds whom the server half holds, by the clock of this browser', async () => {
    expect(await source.restore()).toEqual({ account: ALICE.account, madeOn: NOW, endsOn: null });
  });

  it.each([
    ['nobody', NOBODY],
    ['one of another source', { ...SIGNED_IN, source: 'device-code' }],
    ['something else', { account: 'x' }]
  ])('finds nobody in %s', async (_, session) => {
    server.answers['session'] = session;
    expect(await source.restore()).toBeNull();
  });

  it('says which refusal has ended a sign-in', async () => {
    server.answers['session'] = { ...NOBODY, ended_by: 'AADSTS50173' };
    await expect(source.restore()).rejects.toMatchObject({
      code: 'sign_in_required',
      problem: { code: 'sign_in_ended', detail: 'AADSTS50173', need: null }
    });
  });

  it('describes trouble', async () => {
    server.answers['session'] = new ServerConnection.NetworkError(new TypeError());
    await expect(source.restore()).rejects.toMatchObject({ problem: { code: 'no_answer' } });
  });
});

describe('forget', () => {
  it('signs out for everybody', async () => {
    await source.forget(false);
    expect(server.asked).toEqual([['sign-out', {}]]);
  });

  it('ends no new sign-in of a tab that has signed out before', async () => {
    await source.forget(true);
    expect(server.asked).toEqual([]);
  });

  it('is made up for before anybody is found again', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(source.forget(false)).rejects.toThrow();
    await expect(source.restore()).rejects.toMatchObject({ problem: { code: 'no_answer' } });
    server.answers['sign-out'] = {};
    await source.restore();
    await source.restore();
    expect(server.asked.map(([route]) => route)).toEqual([
      ...['sign-out', 'sign-out', 'sign-out'],
      ...['session', 'session']
    ]);
  });

  it('is not made up for once somebody has signed in', async () => {
    server.answers['sign-out'] = new ServerConnection.NetworkError(new TypeError());
    await expect(source.forget(false)).rejects.toThrow();
    server.answers['loopback/status'] = { state: 'done' };
    await signIn();
    expect(server.count('sign-out')).toBe(1);
  });
});

describe('getToken', () => {
  const REQUEST = { scopes: STORAGE, account: ALICE.account, force: false, enableCae: false };
  const TOKEN = { token: 'TOKEN', token_type: 'Bearer', expires_on: 50, account: ACCOUNT };

  it('asks the server half for all that is wanted', async () => {
    server.answers['token'] = TOKEN;
    const wish = { tenantId: 't', claims: '{}', force: true, enableCae: true };
    const token = await source.getToken({ ...REQUEST, ...wish });
    expect(token).toMatchObject({ token: 'TOKEN', account: ALICE.account });
    expect(server.asked).toEqual([
      [
        'token',
        {
          scopes: STORAGE,
          tenant_id: 't',
          claims: '{}',
          account: 'o.t',
          force: true,
          enable_cae: true
        }
      ]
    ]);
  });

  it.each<[object, string, string]>([
    [new ServerHalfError(401, 'sign_in_required', null), 'sign_in_required', 'sign_in_ended'],
    [new ServerHalfError(401, 'consent_required', null), 'consent_required', 'consent_required'],
    [{ ...TOKEN, token: null }, 'failed', 'failed']
  ])('says why there is none: %s', async (answer, code, problem) => {
    server.answers['token'] = answer;
    await expect(source.getToken(REQUEST)).rejects.toMatchObject({
      code,
      problem: { code: problem, need: { scopes: STORAGE } }
    });
  });
});
