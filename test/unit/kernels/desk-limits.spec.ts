/** @jest-environment jsdom */
import type { IWaitingRequest } from '../../../src/tokens';
import { ALICE, MANAGEMENT } from '../panel/fixtures';
import { FakeConnection, Stage, aClient, aRequest } from './stage';

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

describe('"not now"', () => {
  it('denies, and keeps the kernel silent for 60 s', async () => {
    await stage.ask('c1');
    stage.desk.refuse(await asked());
    await stage.ask('c2', { request_id: 'r2' });
    await stage.pass(59_999);
    await stage.ask('c3', { request_id: 'r3' });
    expect(stage.said().slice(1)).toEqual([
      'c1 error denied',
      'c2 error denied',
      'c3 error denied'
    ]);
    await stage.pass(1);
    await stage.ask('c4', { request_id: 'r4' });
    expect(stage.said()).toEqual(['c4 pending sign_in']);
  });

  it('holds for everything that the kernel asks for at the time, and for no other', async () => {
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    await stage.ask('c1', { request_id: 'r1' });
    await stage.ask('c2', { request_id: 'r2' });
    await stage.ask('c3', { request_id: 'r3' }, other);
    stage.desk.refuse(await asked());
    expect(waiting()).toEqual(['r3']);
    await stage.pass(0);
    expect(stage.said().slice(3)).toEqual(['c1 error denied', 'c2 error denied']);
  });

  it('brings up no other question of that kernel, not for a moment', async () => {
    await stage.ask('c1', { request_id: 'r1' });
    await stage.ask('c2', { request_id: 'r2' });
    await stage.ask('c3', { request_id: 'r3' });
    const question = await asked();
    const shown: string[][] = [];
    stage.desk.changed.connect(() => shown.push(waiting()));
    stage.desk.refuse(question);
    expect(shown).toEqual([[]]);
  });

  it('is nothing to a request that is over', async () => {
    await stage.ask('c1');
    const over = await asked();
    await stage.end('c1');
    stage.desk.refuse(over);
    await stage.ask('c2', { request_id: 'r2' });
    expect(stage.said()).toEqual(['c1 pending sign_in', 'c2 pending sign_in']);
  });
});

describe('a flood', () => {
  it('of requests gets 20 of them served, and leaves nothing behind', async () => {
    for (let i = 0; i < 1000; i++) {
      await stage.ask(`c${i}`, { request_id: `r${i}` });
    }
    await asked();
    expect(waiting()).toHaveLength(20);
    expect(stage.said()).toHaveLength(20);
    expect(jest.getTimerCount()).toBe(0);
    stage.notebook.statusChanged.emit('restarting');
    expect(waiting()).toEqual([]);
    await stage.ask('next');
    expect(stage.said()).toEqual(['next pending sign_in']);
  });

  // Situation: page with a notebook | its kernel opens 1,000 comms at once | any request | 20 of
  // them are served; the rest are dropped before they are compared | it asks again in a second
  it.each([
    ['of one id', () => ({})],
    ['of ids of their own', (i: number) => ({ request_id: `r${i}` })],
    ['that attach', (i: number) => ({ request_id: `r${i}`, kind: 'attach', scopes: [] })]
  ])('of requests %s in one task is no work', async (_, change) => {
    await stage.become(ALICE);
    const emitted = jest.fn();
    stage.desk.changed.connect(emitted);
    const written = jest.spyOn(JSON, 'stringify');
    for (let i = 0; i < 1000; i++) {
      const data = aRequest(change(i));
      const content = { comm_id: `c${i}`, target_name: 'jupyter-azure-auth', data };
      stage.notebook.say('comm_open', content);
    }
    await stage.pass(0);
    expect(emitted.mock.calls.length).toBeLessThanOrEqual(1);
    // One is for the comm, which is handled once.
    expect(written.mock.calls.length).toBeLessThan(4000);
    written.mockRestore();
  });

  it('of one request asks once', async () => {
    let prompts = 0;
    stage.desk.changed.connect(() => (prompts += 1));
    for (let i = 0; i < 1000; i++) {
      await stage.ask(`c${i}`);
    }
    await stage.pass(1000);
    expect([waiting(), prompts]).toEqual([['r1'], 1]);
    expect(stage.session.getToken).toHaveBeenCalledTimes(1);
  });

  it('by one kernel is nothing to another', async () => {
    const other = new FakeConnection('k2', 'ours2');
    stage.connections.add(other.self, aClient('other.ipynb'));
    for (let i = 0; i < 30; i++) {
      await stage.ask(`c${i}`, { request_id: `r${i}` });
    }
    stage.said();
    await stage.ask('c', {}, other);
    expect(stage.said()).toEqual(['c pending sign_in']);
  });
});

describe('a shared kernel', () => {
  beforeEach(async () => {
    await stage.share();
    await stage.become(ALICE);
  });

  it('gets nothing before its user was asked', async () => {
    await stage.ask('c1');
    expect(await asked()).toMatchObject({ question: 'share' });
    expect(stage.said()).toEqual(['c1 pending consent']);
    stage.desk.allow(stage.desk.waiting[0]!);
    await stage.pass(0);
    expect(stage.said()).toEqual(['c1 token alice']);
  });

  it('is asked about once per resource and account', async () => {
    await stage.ask('c1', { request_id: 'r1' });
    stage.desk.allow(await asked());
    await stage.ask('c2', { request_id: 'r2', scopes: ['https://storage.azure.com/read'] });
    await stage.ask('c3', { request_id: 'r3', scopes: MANAGEMENT });
    expect(stage.said().slice(1)).toEqual([
      'c1 token alice',
      'c2 token alice',
      'c3 pending consent'
    ]);
    await stage.become(null);
    await stage.become(ALICE);
    stage.said();
    await stage.ask('c4', { request_id: 'r4' });
    expect(stage.said()).toEqual(['c4 pending consent']);
  });

  it('is neither asked about in the minute after "not now"', async () => {
    await stage.ask('c1');
    stage.desk.refuse(await asked());
    await stage.ask('c2', { request_id: 'r2' });
    expect(stage.said().slice(1)).toEqual(['c1 error denied', 'c2 error denied']);
  });

  it('nor where it must not ask the user', async () => {
    await stage.ask('c1', { interactive: false });
    expect(stage.said()).toEqual(['c1 error consent_required']);
  });

  // Situation: server with several users | Bob runs a cell in Alice's notebook, and closes his page
  // | his token is requested repeatedly | none, and Alice is not prompted | Bob's page, or none
  it('hears nothing of a page that was not asked, whatever its user has allowed', async () => {
    await stage.ask('c1');
    stage.desk.allow(await asked());
    await stage.pass(0);
    stage.said();
    const theirs = { request_id: 'r2' };
    for (const comm of ['c2', 'c3', 'c4', 'c5', 'c6']) {
      await stage.askTheirs(comm, theirs);
    }
    await stage.become(null);
    for (const comm of ['c7', 'c8', 'c9', 'c10', 'c11']) {
      await stage.askTheirs(comm, theirs);
    }
    await stage.become(ALICE);
    await stage.askTheirs('c12', { ...theirs, scopes: 'malformed' });
    await stage.pass(1000);
    expect(stage.said()).toEqual(['c1 error signed_out']);
    expect(stage.desk.waiting).toEqual([]);
  });
});

describe('a page that does not know yet that its server is shared', () => {
  beforeEach(async () => stage.become(ALICE));

  // Situation: server of a JupyterHub | Bob was let in after Alice's page has loaded | his cell in her
  // notebook asks for a token | none | Bob's own page asks Bob
  it('looks before it answers what it was not asked', async () => {
    await stage.ask('c1');
    expect(stage.said()).toEqual(['c1 token alice']);
    stage.isShared = true;
    for (const comm of ['c2', 'c3', 'c4', 'c5']) {
      await stage.askTheirs(comm, { request_id: 'r2' });
    }
    expect(stage.said()).toEqual([]);
    await stage.ask('c6', { request_id: 'r3' });
    expect(stage.said()).toEqual(['c6 pending consent']);
  });

  it('takes it for shared while its server says nothing', async () => {
    stage.isSilent = true;
    await stage.ask('c1');
    await stage.askTheirs('c2', { request_id: 'r2' });
    await stage.askTheirs('c3', { request_id: 'r2' });
    expect(stage.said()).toEqual(['c1 pending consent']);
    stage.isSilent = false;
    await stage.askTheirs('c4', { request_id: 'r2' });
    await stage.askTheirs('c5', { request_id: 'r2' });
    expect(stage.said()).toEqual(['c5 token alice']);
  });

  it('tells nobody else who its user is', async () => {
    stage.isShared = true;
    await stage.askTheirs('c1', { kind: 'status', request_id: 'r1' });
    await stage.askTheirs('c2', { kind: 'status', request_id: 'r1' });
    expect(stage.said()).toEqual([]);
  });
});
