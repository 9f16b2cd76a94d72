/** @jest-environment jsdom */
import type { IWaitingRequest } from '../../../src/tokens';
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

describe('signing in and out', () => {
  it('answers all who wait', async () => {
    await stage.ask('c1', { request_id: 'r1' });
    await stage.ask('c2', { request_id: 'r2', scopes: MANAGEMENT });
    await asked();
    stage.said();
    await stage.become(ALICE);
    expect(stage.said()).toEqual(['c1 token alice', 'c2 token alice']);
    expect(waiting()).toEqual([]);
  });

  it('empties the kernels that were served', async () => {
    await stage.become(ALICE);
    await stage.ask('c1', { request_id: 'r1' });
    await stage.ask('c2', { request_id: 'r2', scopes: MANAGEMENT });
    stage.said();
    await stage.become(null);
    expect(stage.said().sort()).toEqual(['c1 error signed_out', 'c2 error signed_out']);
    expect(stage.desk.grants).toEqual([]);
  });

  it('empties them though the server has not confirmed it', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    stage.said();
    stage.session.become({ kind: 'signing-out' });
    expect(stage.said()).toEqual(['c1 error signed_out']);
  });

  it('empties them after a reload, too', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    const reloaded = new Stage();
    await reloaded.become(null);
    expect(reloaded.said()).toEqual(['c1 error signed_out']);
  });

  it('empties them when somebody else signs in', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    stage.said();
    await stage.become(BOB);
    expect(stage.said()).toEqual(['c1 error signed_out']);
  });

  it('sends nothing over a comm that was closed, be it of before a reload', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    const reloaded = new Stage();
    await reloaded.end('c1');
    await reloaded.become(null);
    expect(reloaded.said()).toEqual([]);
  });
});

describe('a newer token', () => {
  it('goes to every kernel that holds an older one of the same kind', async () => {
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    await stage.become(ALICE);
    await stage.ask('c1');
    await stage.ask('c2', { scopes: MANAGEMENT, request_id: 'r2' });
    await stage.pass(60_000);
    stage.said();
    await stage.ask('c3', { request_id: 'r3' }, other);
    expect(stage.said()).toEqual(['c3 token alice', 'c1 token alice']);
    expect(stage.desk.grants.map(({ kernelId }) => kernelId).sort()).toEqual(['k1', 'k1', 'k2']);
  });

  it('does not come back to who has it already', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    const held = aToken();
    await stage.pass(60_000);
    stage.said();
    stage.session.getToken.mockResolvedValue(held);
    await stage.ask('c2', { request_id: 'r2' }, stage.notebook);
    expect(stage.said()).toEqual(['c2 token alice']);
  });

  it('is no gift of one who is not signed in any more', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    await stage.become(BOB);
    await stage.pass(60_000);
    stage.said();
    await stage.ask('c2', { request_id: 'r2' });
    expect(stage.said()).toEqual(['c2 token bob']);
  });
});

describe('attach', () => {
  const attach = (comm: string, scopes: string[] = [], by = stage.notebook, session?: string) =>
    stage.ask(comm, { kind: 'attach', request_id: comm, scopes }, by, session);

  async function restart(): Promise<void> {
    stage.notebook.statusChanged.emit('restarting');
    stage.notebook.statusChanged.emit('idle');
    stage.said();
  }

  it('of a fresh kernel gets nothing, and loads nothing', async () => {
    await stage.become(ALICE);
    await attach('a1');
    expect(stage.said()).toEqual([]);
    expect(stage.session.prepare).not.toHaveBeenCalled();
    expect(stage.session.getToken).not.toHaveBeenCalled();
  });

  it('gets what the notebook had before a restart, and what it is for', async () => {
    await stage.become(ALICE);
    await stage.ask('c1', { tenant_id: 't' });
    await restart();
    expect(stage.desk.grants).toEqual([]);
    await attach('a1');
    expect(stage.sent[0]!.answer).toMatchObject({
      request_id: 'a1',
      for: { scopes: STORAGE, tenant_id: 't', enable_cae: false }
    });
    expect(stage.said()).toEqual(['a1 token alice for']);
    expect(stage.desk.grants).toMatchObject([{ kernelId: 'k1' }]);
  });

  it('is told of a newer token over the same comm', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    await restart();
    await attach('a1');
    await stage.pass(60_000);
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    stage.said();
    await stage.ask('c2', { request_id: 'r2' }, other);
    expect(stage.said()).toEqual(['c2 token alice', 'a1 token alice for']);
    await stage.become(null);
    expect(stage.said().sort()).toEqual(['a1 error signed_out', 'c2 error signed_out']);
  });

  it('gets nothing of another notebook', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    stage.said();
    await attach('a1', [], other);
    expect(stage.said()).toEqual([]);
  });

  it('gets nothing of another account', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    await restart();
    await stage.become(BOB);
    await attach('a1');
    expect(stage.said()).toEqual([]);
  });

  it('gets the scopes it names, if nobody has to be asked', async () => {
    await stage.become(ALICE);
    await attach('a1', STORAGE);
    expect(stage.said()).toEqual(['a1 token alice for']);
    stage.session.getToken.mockRejectedValue(anError('consent_required'));
    await attach('a2', MANAGEMENT);
    await asked();
    expect([stage.said(), waiting()]).toEqual([[], []]);
  });

  it.each([
    ['another page', async () => attach('a1', [], stage.notebook, 'theirs')],
    [
      'a shared kernel',
      async () => {
        await stage.share();
        await attach('a1', STORAGE);
      }
    ]
  ])('gets nothing by way of %s', async (_, act) => {
    await stage.become(ALICE);
    await stage.ask('c1');
    await restart();
    await act();
    expect(stage.said()).toEqual([]);
  });

  it('gets nothing for a comm that is closed before the token is there', async () => {
    await stage.become(ALICE);
    await stage.ask('c1');
    await restart();
    let come: (token: ReturnType<typeof aToken>) => void = () => undefined;
    stage.session.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
    await attach('a1');
    stage.notebook.statusChanged.emit('restarting');
    come(aToken());
    await stage.pass(0);
    expect(stage.desk.grants).toEqual([]);
  });
});
