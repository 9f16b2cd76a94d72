/** @jest-environment jsdom */
import type { IAzureToken, IWaitingRequest } from '../../../src/tokens';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import { BOB, FakeConnection, Stage, aClient, aToken, anError } from './stage';

let stage: Stage;

beforeEach(() => {
  jest.useFakeTimers();
  sessionStorage.clear();
  stage = new Stage();
});

afterEach(() => jest.useRealTimers());

const waiting = (): string[] => stage.desk.waiting.map(({ requestId }) => requestId);

/** The request that the user is prompted for, once there is one. */
async function asked(): Promise<IWaitingRequest> {
  await stage.pass(300);
  return stage.desk.waiting[0]!;
}

/** A token that arrives only when the test releases it. */
function slowly(): (token: IAzureToken) => Promise<void> {
  let come: (token: IAzureToken) => void;
  stage.session.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
  return async token => {
    come(token);
    await stage.pass(0);
  };
}

describe('a request of this page', () => {
  it('is answered at once, without "pending", where the token is quick', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    await stage.pass(1000);
    expect(stage.said()).toEqual(['c1 token alice']);
    expect(stage.desk.grants).toMatchObject([{ kernelId: 'k1', label: 'analysis.ipynb' }]);
  });

  it('goes to the session with everything that was asked', async () => {
    const wish = { tenant_id: 't', cloud: 'AzureCloud', account: 'a', claims: '{}' };
    const flags = { enable_cae: true, force: true, require_user: true };
    await stage.ask('c1', { ...wish, ...flags, interactive: false });
    const options = { tenantId: 't', cloud: 'AzureCloud', account: 'a', claims: '{}' };
    expect(stage.session.getToken).toHaveBeenCalledWith(
      STORAGE,
      expect.objectContaining({ ...options, enableCae: true, force: true, requireUser: true })
    );
  });

  it('is told after 50 ms that somebody is at it', async () => {
    const come = slowly();
    await stage.ask('c1');
    await stage.pass(49);
    expect(stage.said()).toEqual([]);
    await stage.pass(1);
    expect(stage.said()).toEqual(['c1 pending acquiring']);
    await come(aToken());
    expect(stage.said()).toEqual(['c1 token alice']);
  });

  it('asks the user, but only after 300 ms without a comm_close', async () => {
    await stage.ask('c1', { tenant_id: 't', claims: '{"a":1}' });
    expect(stage.said()).toEqual(['c1 pending sign_in']);
    await stage.pass(299);
    expect(waiting()).toEqual([]);
    await stage.pass(1);
    const need = { scopes: STORAGE, tenantId: 't', claims: '{"a":1}' };
    expect(stage.desk.waiting).toEqual([
      { requestId: 'r1', kernelId: 'k1', label: 'analysis.ipynb', need, question: 'sign-in' }
    ]);
  });

  it('asks nobody where a replay brings many requests that are over', async () => {
    const seen: string[] = [];
    stage.desk.changed.connect(() => seen.push(...waiting()));
    await stage.ask('c1', { request_id: 'r1' });
    await stage.pass(200);
    await stage.ask('c2', { request_id: 'r2' });
    await stage.ask('c3', { request_id: 'r3' });
    await stage.end('c1');
    await stage.pass(200);
    await stage.end('c2');
    await stage.end('c3');
    await stage.pass(1000);
    expect(seen).toEqual([]);
  });

  it('stops asking after comm_close', async () => {
    await stage.ask('c1');
    await asked();
    await stage.end('c1');
    expect(waiting()).toEqual([]);
    await stage.become(ALICE);
    expect(stage.said()).toEqual(['c1 pending sign_in']);
  });

  it('does not take the word of another kernel that a comm is closed', async () => {
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    await stage.ask('c1');
    await asked();
    await stage.end('c1', other);
    expect(waiting()).toEqual(['r1']);
  });

  it('says "pending" again to a newer comm, asks once and answers the newest', async () => {
    await stage.ask('c1');
    const first = await asked();
    await stage.ask('c2');
    await stage.end('c1');
    expect(stage.said()).toEqual(['c1 pending sign_in', 'c2 pending sign_in']);
    expect(stage.desk.waiting).toEqual([first]);
    expect(await asked()).toBe(first);
    expect(stage.session.getToken).toHaveBeenCalledTimes(1);
    await stage.become(ALICE);
    expect(stage.said()).toEqual(['c2 token alice']);
    expect(waiting()).toEqual([]);
  });

  it.each([
    ['other scopes', { scopes: MANAGEMENT }],
    ['another tenant', { tenant_id: 't' }],
    ['another account', { account: 'bob' }],
    ['claims', { claims: '{}' }]
  ])('is another one with %s, though its id is the same', async (_, change) => {
    await stage.ask('c1');
    await stage.ask('c2', change);
    await asked();
    expect(waiting()).toEqual(['r1', 'r1']);
    await stage.become(ALICE);
    expect(stage.said().slice(2)).toEqual(['c1 token alice', 'c2 token alice']);
  });

  it('is another one from another kernel', async () => {
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    await stage.ask('c1');
    await stage.ask('c2', {}, other);
    await asked();
    expect(stage.desk.waiting.map(({ label }) => label)).toEqual(['analysis.ipynb', 'other.ipynb']);
  });

  it.each(['sign_in_required', 'consent_required'] as const)(
    'is refused with %s where it must not ask the user',
    async code => {
      stage.session.getToken.mockRejectedValue(anError(code));
      await stage.ask('c1', { interactive: false });
      await stage.pass(1000);
      expect(stage.said()).toEqual([`c1 error ${code}`]);
      expect(waiting()).toEqual([]);
    }
  );

  it('asks for consent where that is missing', async () => {
    stage.session.getToken.mockRejectedValue(anError('consent_required'));
    await stage.ask('c1');
    expect(await asked()).toMatchObject({ question: 'consent' });
    expect(stage.said()).toEqual(['c1 pending consent']);
  });

  it.each([
    ['unavailable', anError('unavailable', 'network')],
    ['failed', anError('failed', 'failed')],
    ['failed', new Error('state=SECRET')]
  ])('is refused with %s where the user cannot help', async (code, error) => {
    stage.session.getToken.mockRejectedValue(error);
    await stage.ask('c1');
    expect(JSON.stringify(stage.sent)).not.toContain('SECRET');
    expect(stage.said()).toEqual([`c1 error ${code}`]);
  });

  it('is forced once, and again only if no token came of it', async () => {
    const forced = (): unknown[] =>
      stage.session.getToken.mock.calls.map(([, options]) => options.force);
    await stage.ask('c1', { force: true });
    await stage.ask('c2', { force: true });
    await stage.share();
    await stage.become(ALICE);
    stage.desk.allow(await asked());
    await stage.pass(0);
    expect(stage.said().at(-1)).toBe('c2 token alice');
    expect(forced()).toEqual([true, true, false]);
  });

  it('waits for the same user after another one has signed in meanwhile', async () => {
    await stage.ask('c1', { account: 'carol' });
    await asked();
    stage.session.become(BOB);
    const need = { scopes: STORAGE, account: 'carol' };
    expect(await asked()).toMatchObject({ requestId: 'r1', need, question: 'sign-in' });
  });
});

describe('a request of another page', () => {
  it('gets silence, then a silent token', async () => {
    await stage.become(ALICE);
    await stage.askTheirs('c1');
    await stage.pass(900);
    expect(stage.said()).toEqual([]);
    expect(stage.session.getToken).not.toHaveBeenCalled();
    await stage.askTheirs('c2');
    expect(stage.said()).toEqual(['c2 token alice']);
  });

  it('is asked about from the fourth opening on', async () => {
    for (const comm of ['c1', 'c2', 'c3']) {
      await stage.askTheirs(comm);
      await stage.pass(1000);
    }
    expect([stage.said(), waiting()]).toEqual([[], []]);
    await stage.askTheirs('c4');
    expect(stage.said()).toEqual(['c4 pending sign_in']);
    expect(await asked()).toMatchObject({ label: 'analysis.ipynb' });
  });

  it('is told at the fourth opening that a slow token is on its way', async () => {
    slowly();
    for (const comm of ['c1', 'c2', 'c3', 'c4']) {
      await stage.askTheirs(comm);
      await stage.pass(1000);
    }
    expect(stage.said()).toEqual(['c4 pending acquiring']);
  });

  it.each([
    ['what the user cannot help', anError('unavailable', 'network'), {}, 'unavailable'],
    ['a question nobody may ask', anError(), { interactive: false }, 'sign_in_required']
  ])('hears no error before "pending", of %s', async (_, error, change, code) => {
    stage.session.getToken.mockRejectedValue(error);
    for (const comm of ['c1', 'c2', 'c3', 'c4']) {
      await stage.askTheirs(comm, change);
    }
    await stage.pass(1000);
    expect(stage.said()).toEqual(['c4 pending acquiring']);
    await stage.askTheirs('c5', change);
    expect(stage.said()).toEqual(['c5 pending acquiring', `c5 error ${code}`]);
  });

  it('is forced at the first attempt, too', async () => {
    await stage.become(ALICE);
    await stage.askTheirs('c1', { force: true });
    await stage.askTheirs('c2', { force: true });
    expect(stage.session.getToken.mock.calls[0]![1].force).toBe(true);
  });

  it('is answered after its first opening by the user who signs in here', async () => {
    await stage.askTheirs('c1');
    await stage.become(ALICE);
    expect(stage.said()).toEqual(['c1 token alice']);
  });
});

describe('a kernel', () => {
  it('drops its requests when it restarts', async () => {
    await stage.ask('c1');
    await asked();
    stage.notebook.statusChanged.emit('autorestarting');
    await stage.become(ALICE);
    expect([waiting(), stage.said()]).toEqual([[], ['c1 pending sign_in']]);
  });

  it('drops them when the page cannot hear it any more', async () => {
    await stage.ask('c1');
    await asked();
    stage.notebook.close();
    expect(waiting()).toEqual([]);
  });

  it('that runs on without its notebook hears that its user signed out', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    stage.notebook.close();
    stage.said();
    await stage.become(null);
    expect(stage.said()).toEqual(['c1 error signed_out']);
  });
});

describe('a message that cannot be served', () => {
  const LONG = 'SECRET'.repeat(200_000);

  it.each([
    ['version', { version: 2 }, 'unsupported_version', 'r1'],
    ['kind', { kind: LONG }, 'unknown_kind', 'r1'],
    ['scopes', { scopes: [LONG] }, 'invalid_message', 'r1'],
    ['account', { account: LONG }, 'invalid_message', 'r1'],
    ['request_id', { request_id: LONG }, 'invalid_message', null]
  ])('for its %s is answered, and to its own page only', async (_, change, code, id) => {
    await stage.askTheirs('c1', change);
    expect(stage.sent).toEqual([]);
    await stage.ask('c2', change);
    expect(stage.sent).toMatchObject([
      { to: 'k1', comm: 'c2', answer: { kind: 'error', code, request_id: id } }
    ]);
    expect(JSON.stringify(stage.sent)).not.toContain('SECRET');
    stage.said();
    await stage.ask('c3');
    expect(stage.said()).toEqual(['c3 pending sign_in']);
  });
});
