/** @jest-environment jsdom */
import { Signal } from '@lumino/signaling';
import { accessControl, PROCESSES } from '../../../src/kernels/access-control';
import {
  decideAccess,
  type IAccessContext,
  type KernelAccess,
  readAccess
} from '../../../src/kernels/kernel-access';
import cases from '../../cases/kernel-access.json';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import { aClient, BOB, FakeConnection, KernelHarness } from './kernel-harness';

/** Every combination of what a decision depends on. */
function allContexts(): IAccessContext[] {
  const access: readonly KernelAccess[] = ['allow', 'ask', 'deny'];
  return access.flatMap(setting =>
    access.flatMap(agentSetting =>
      [...Array(16).keys()].map(bits => ({
        ...{ setting, agentSetting, isShared: (bits & 1) > 0, isAllowed: (bits & 2) > 0 },
        ...{ isRevoked: (bits & 4) > 0, byProgram: (bits & 8) > 0 }
      }))
    )
  );
}

/** A row of the table means every value of what it does not name. */
const rowsFor = (context: IAccessContext): IRow[] =>
  (cases as IRow[]).filter(({ setting, agent, shared, allowed, revoked, program }) =>
    [
      [setting, context.setting],
      [agent, context.agentSetting],
      [shared, context.isShared],
      [allowed, context.isAllowed],
      [revoked, context.isRevoked],
      [program, context.byProgram]
    ].every(([named, actual]) => named === undefined || named === actual)
  );

interface IRow {
  readonly setting: string;
  readonly agent?: string;
  readonly shared?: boolean;
  readonly allowed?: boolean;
  readonly revoked?: boolean;
  readonly program?: boolean;
  readonly decision: string;
}

describe('decideAccess', () => {
  it('has one row of the table for each combination, and follows it', () => {
    const wrong = allContexts().filter(context => {
      const rows = rowsFor(context);
      return rows.length !== 1 || rows[0]!.decision !== decideAccess(context);
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    [undefined, 'allow', 'ask'],
    ['allow', 'allow', 'allow'],
    ['ask', 'ask', 'ask'],
    ['deny', 'deny', 'deny'],
    ['Deny', 'ask', 'ask'],
    [null, 'ask', 'ask']
  ])('reads the setting %j as %s for kernels and %s for programs', (value, kernels, programs) => {
    expect([readAccess(value, 'allow'), readAccess(value, 'ask')]).toEqual([kernels, programs]);
  });
});

describe('a page whose user wants to be asked', () => {
  let harness: KernelHarness;

  beforeEach(async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    harness = new KernelHarness();
    harness.kernelAccess = 'ask';
    await harness.setSignedIn(ALICE);
  });

  afterEach(() => jest.useRealTimers());

  const answer = async (everything?: boolean): Promise<void> => {
    await harness.pass(300);
    const [waiting] = harness.tokenService.waiting;
    expect(waiting?.question).toBe('access');
    harness.tokenService.allow(waiting!, everything);
    await harness.pass(0);
  };
  let asked = 0;
  const ask = async (scopes = STORAGE): Promise<string[]> => {
    asked += 1;
    await harness.ask(`c${asked}`, { request_id: `r${asked}`, scopes });
    return harness.takeSent().map(sent => sent.replace(/^c\d+ /, ''));
  };

  it('asks once for each kernel and resource, across a reload', async () => {
    expect(await ask()).toEqual(['pending consent']);
    await answer();
    expect(harness.takeSent()[0]).toMatch(/ token alice$/);
    expect(await ask()).toEqual(['token alice']);
    harness.tokenService = harness.open();
    expect(harness.takeSent()).toEqual([]);
    expect(await ask()).toContain('token alice');
    expect(await ask(MANAGEMENT)).toContain('pending consent');
  });

  it('no longer asks about a kernel that may have everything, until a sign-out', async () => {
    await ask();
    await answer(true);
    harness.takeSent();
    expect(await ask(MANAGEMENT)).toEqual(['token alice']);
    await harness.setSignedIn(null);
    await harness.setSignedIn(ALICE);
    harness.takeSent();
    expect(await ask(MANAGEMENT)).toEqual(['pending consent']);
  });

  it('asks again for another account', async () => {
    await ask();
    await answer();
    await harness.setSignedIn(BOB);
    harness.takeSent();
    expect(await ask()).toEqual(['pending consent']);
  });

  it('pushes no newer token to a kernel that got one before the setting changed', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    harness.kernelAccess = 'allow';
    await harness.ask('theirs', { request_id: 'theirs' }, other);
    expect(harness.takeSent()).toEqual(['theirs token alice']);
    await harness.pass(60_000);
    harness.kernelAccess = 'ask';
    await ask();
    await answer();
    await harness.pass(50);
    expect(harness.takeSent()).toEqual([expect.stringMatching(/^c\d+ token alice$/)]);
  });

  it('respects Deny', async () => {
    await ask();
    await harness.pass(300);
    harness.tokenService.refuse(harness.tokenService.waiting[0]!);
    await harness.pass(0);
    expect(harness.takeSent()[0]).toMatch(/ error denied$/);
    expect(await ask()).toEqual(['error denied']);
  });

  it('that denies everything asks neither the user nor Azure', async () => {
    harness.kernelAccess = 'deny';
    harness.auth.getToken.mockClear();
    expect(await ask()).toEqual(['error denied']);
    await harness.setSignedIn(null);
    expect(await ask()).toEqual(['error denied']);
    expect(harness.auth.getToken).not.toHaveBeenCalled();
    expect(harness.tokenService.waiting).toEqual([]);
  });
});

describe('a cell that a program runs', () => {
  let harness: KernelHarness;
  const byProgram = (comm: string, change: object = {}): Promise<void> =>
    harness.ask(comm, change, harness.notebook, 'agent');

  beforeEach(async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    harness = new KernelHarness();
    await harness.setSignedIn(ALICE);
  });

  afterEach(() => jest.useRealTimers());

  it('is asked about once, marked, and asked about again for another resource', async () => {
    await byProgram('c1');
    expect(harness.takeSent()).toEqual([]);
    await byProgram('c2');
    expect(harness.takeSent()).toEqual(['c2 pending consent']);
    const waiting = await harness.prompted();
    expect([waiting.question, waiting.byProgram]).toEqual(['access', true]);
    harness.tokenService.allow(waiting);
    await harness.pass(0);
    expect(harness.takeSent()).toEqual(['c2 token alice']);
    await harness.pass(100);
    expect(harness.tokenService.grants.map(grant => grant.byProgram)).toEqual([true]);
    const [[, { entry }]] = harness.activityServer.post.mock.calls as never as [
      [string, { entry: object }]
    ];
    expect(entry).toMatchObject({ by_program: true, result: 'issued', name: 'analysis.ipynb' });
    await byProgram('c3', { request_id: 'r2' });
    await byProgram('c4', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c4 token alice']);
    const other = { request_id: 'r3', scopes: MANAGEMENT };
    await byProgram('c5', other);
    await byProgram('c6', other);
    expect(harness.takeSent()).toEqual(['c6 pending consent']);
  });

  it('is refused, without muting the cells that the user runs', async () => {
    await byProgram('c1');
    await byProgram('c2');
    harness.tokenService.refuse(await harness.prompted());
    expect(harness.takeSent()).toEqual(['c2 pending consent', 'c2 error denied']);
    await byProgram('c3', { request_id: 'r2' });
    await byProgram('c4', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c4 error denied']);
    await harness.ask('c5', { request_id: 'r3' });
    expect(harness.takeSent()).toEqual(['c5 token alice']);
    await harness.pass(50);
    expect(harness.tokenService.grants.map(grant => grant.byProgram)).toEqual([false]);
  });

  it.each([
    ['allow', 'c2 token alice'],
    ['deny', 'c2 error denied']
  ])('follows agentAccess %s without a question', async (value, sent) => {
    harness.agentAccess = value;
    await byProgram('c1');
    await byProgram('c2');
    expect(harness.takeSent()).toEqual([sent]);
    expect(harness.tokenService.waiting).toEqual([]);
  });

  it.each(['ask', 'deny'])('gets no newer token by a push if agentAccess is %s', async value => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    harness.agentAccess = 'allow';
    await byProgram('c1');
    await byProgram('c2');
    expect(harness.takeSent()).toEqual(['c2 token alice']);
    await harness.pass(60_000);
    harness.agentAccess = value;
    await harness.ask('c3', { request_id: 'r3' }, other);
    await harness.pass(50);
    expect(harness.takeSent()).toEqual(['c3 token alice']);
  });

  it('is not one that another page of this server runs, announced late or early', async () => {
    harness.isSilent = false;
    await harness.askTheirs('c1');
    await harness.askTheirs('c2');
    expect(harness.takeSent()).toEqual(['c2 token alice']);
  });
});

describe('a kernel whose access is revoked', () => {
  it('forgets its tokens and gets none, across a reload, until it is allowed again', async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    const harness = new KernelHarness();
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    expect(harness.takeSent()).toEqual(['c1 token alice']);
    await harness.tokenService.revoke('k1');
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
    expect(harness.tokenService.grants).toEqual([]);
    expect(harness.access.revoked).toEqual([{ kernelId: 'k1', label: 'analysis.ipynb' }]);
    await harness.ask('c2', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c2 error denied']);
    harness.tokenService = harness.open();
    await harness.ask('c3', { request_id: 'r3' });
    expect(harness.takeSent()).toContain('c3 error denied');
    await harness.tokenService.restore('k1');
    await harness.ask('c4', { request_id: 'r4' });
    expect(harness.takeSent()).toContain('c4 token alice');
    // The server refuses it too, also after a restart of the server; the page tells it in order.
    const told = [true, true, false].map(revoked => ({ kernel_id: 'k1', revoked }));
    expect(harness.told).toEqual(told);
    jest.useRealTimers();
  });

  it('is reported to the server, even if it does not answer at first', async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    const harness = new KernelHarness();
    harness.server.post.mockRejectedValueOnce(new Error('reset'));
    await harness.tokenService.revoke(PROCESSES);
    await harness.tokenService.restore(PROCESSES);
    await harness.pass(1_000);
    expect(harness.told).toEqual([
      { kernel_id: null, revoked: true },
      { kernel_id: null, revoked: true },
      { kernel_id: null, revoked: false }
    ]);
    jest.useRealTimers();
  });
});

describe('a user who no longer lets kernels have tokens', () => {
  it('withdraws the tokens that they hold', async () => {
    jest.useFakeTimers();
    sessionStorage.clear();
    const harness = new KernelHarness();
    await harness.setSignedIn(ALICE);
    const composite: Record<string, unknown> = {};
    const changed = new Signal<object, void>({});
    const registry = { load: async () => ({ composite, changed }) };
    const onDenied = jest.fn(() => harness.tokenService.withdrawAll());
    const { auth, sharing, server } = harness;
    const labelOf = (): string => 'A kernel';
    const parts = { auth, sharing, server, labelOf, onDenied, registry: registry as never };
    accessControl(parts);
    await harness.ask('c1');
    expect(harness.takeSent()).toEqual(['c1 token alice']);
    server.post.mockClear();
    changed.emit();
    expect(server.post).not.toHaveBeenCalled();
    composite['kernelAccess'] = harness.kernelAccess = 'deny';
    changed.emit();
    changed.emit();
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
    expect(harness.tokenService.grants).toEqual([]);
    await harness.ask('c2', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c2 error denied']);
    expect(server.post.mock.calls).toEqual([['access', {}]]);
    expect(onDenied).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
  });
});
