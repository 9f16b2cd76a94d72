/** @jest-environment jsdom */
import { ALICE, MANAGEMENT } from '../panel/fixtures';
import {
  FakeConnection,
  type KernelHarness,
  aClient,
  aRequest,
  withKernelHarness
} from './kernel-harness';

let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));

describe('"not now"', () => {
  it('denies, and keeps the kernel silent for 60 s', async () => {
    await harness.ask('c1');
    harness.tokenService.refuse(await harness.prompted());
    await harness.ask('c2', { request_id: 'r2' });
    await harness.pass(59_999);
    await harness.ask('c3', { request_id: 'r3' });
    expect(harness.takeSent().slice(1)).toEqual([
      'c1 error denied',
      'c2 error denied',
      'c3 error denied'
    ]);
    await harness.pass(1);
    await harness.ask('c4', { request_id: 'r4' });
    expect(harness.takeSent()).toEqual(['c4 pending sign_in']);
  });

  it('holds for everything that the kernel asks for at the time, and for no other', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.ask('c1', { request_id: 'r1' });
    await harness.ask('c2', { request_id: 'r2' });
    await harness.ask('c3', { request_id: 'r3' }, other);
    harness.tokenService.refuse(await harness.prompted());
    expect(harness.waiting).toEqual(['r3']);
    await harness.pass(0);
    expect(harness.takeSent().slice(3)).toEqual(['c1 error denied', 'c2 error denied']);
  });

  it('shows no other prompt of that kernel, not even briefly', async () => {
    await harness.ask('c1', { request_id: 'r1' });
    await harness.ask('c2', { request_id: 'r2' });
    await harness.ask('c3', { request_id: 'r3' });
    const question = await harness.prompted();
    const shown: string[][] = [];
    harness.tokenService.changed.connect(() => shown.push(harness.waiting));
    harness.tokenService.refuse(question);
    expect(shown).toEqual([[]]);
  });

  it('does not affect a request that is over', async () => {
    await harness.ask('c1');
    const over = await harness.prompted();
    await harness.end('c1');
    harness.tokenService.refuse(over);
    await harness.ask('c2', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c1 pending sign_in', 'c2 pending sign_in']);
  });
});

describe('a flood', () => {
  it('of requests gets 20 of them served, and leaves nothing behind', async () => {
    for (let i = 0; i < 1000; i++) {
      await harness.ask(`c${i}`, { request_id: `r${i}` });
    }
    await harness.prompted();
    expect(harness.waiting).toHaveLength(20);
    expect(harness.takeSent()).toHaveLength(20);
    expect(jest.getTimerCount()).toBe(0);
    harness.notebook.statusChanged.emit('restarting');
    expect(harness.waiting).toEqual([]);
    await harness.ask('next');
    expect(harness.takeSent()).toEqual(['next pending sign_in']);
  });

  // Situation: page with a notebook | its kernel opens 1,000 comms at once | any request | 20 of
  // them are served; the rest are dropped before they are compared | it asks again in a second
  it.each([
    ['of one id', () => ({})],
    ['of ids of their own', (i: number) => ({ request_id: `r${i}` })],
    ['that attach', (i: number) => ({ request_id: `r${i}`, kind: 'attach', scopes: [] })]
  ])('of requests %s in one task takes no work', async (_, change) => {
    await harness.setSignedIn(ALICE);
    const emitted = jest.fn();
    harness.tokenService.changed.connect(emitted);
    const written = jest.spyOn(JSON, 'stringify');
    for (let i = 0; i < 1000; i++) {
      const data = aRequest(change(i));
      const content = { comm_id: `c${i}`, target_name: 'jupyter-azure-auth', data };
      harness.notebook.say('comm_open', content);
    }
    await harness.pass(0);
    expect(emitted.mock.calls.length).toBeLessThanOrEqual(1);
    // One is for the comm, which is handled once.
    expect(written.mock.calls.length).toBeLessThan(4000);
    written.mockRestore();
  });

  it('of one request asks once', async () => {
    let prompts = 0;
    harness.tokenService.changed.connect(() => (prompts += 1));
    for (let i = 0; i < 1000; i++) {
      await harness.ask(`c${i}`);
    }
    await harness.pass(1000);
    expect([harness.waiting, prompts]).toEqual([['r1'], 1]);
    expect(harness.auth.getToken).toHaveBeenCalledTimes(1);
  });

  it('by one kernel does not affect another', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    for (let i = 0; i < 30; i++) {
      await harness.ask(`c${i}`, { request_id: `r${i}` });
    }
    harness.takeSent();
    await harness.ask('c', {}, other);
    expect(harness.takeSent()).toEqual(['c pending sign_in']);
  });
});

describe('a shared kernel', () => {
  beforeEach(async () => {
    await harness.share();
    await harness.setSignedIn(ALICE);
  });

  it('gets nothing before its user was asked', async () => {
    await harness.ask('c1');
    expect(await harness.prompted()).toMatchObject({ question: 'share' });
    expect(harness.takeSent()).toEqual(['c1 pending consent']);
    harness.tokenService.allow(harness.tokenService.waiting[0]!);
    await harness.pass(0);
    expect(harness.takeSent()).toEqual(['c1 token alice']);
  });

  it('is asked about once per resource and account', async () => {
    await harness.ask('c1', { request_id: 'r1' });
    harness.tokenService.allow(await harness.prompted());
    await harness.pass(0);
    await harness.ask('c2', { request_id: 'r2', scopes: ['https://storage.azure.com/read'] });
    await harness.ask('c3', { request_id: 'r3', scopes: MANAGEMENT });
    expect(harness.takeSent().slice(1)).toEqual([
      'c1 token alice',
      'c2 token alice',
      'c3 pending consent'
    ]);
    await harness.setSignedIn(null);
    await harness.setSignedIn(ALICE);
    harness.takeSent();
    await harness.ask('c4', { request_id: 'r4' });
    expect(harness.takeSent()).toEqual(['c4 pending consent']);
  });

  it('is not asked about in the minute after "not now"', async () => {
    await harness.ask('c1');
    harness.tokenService.refuse(await harness.prompted());
    await harness.ask('c2', { request_id: 'r2' });
    expect(harness.takeSent().slice(1)).toEqual(['c1 error denied', 'c2 error denied']);
  });

  it('is not asked about if it must not ask the user', async () => {
    await harness.ask('c1', { interactive: false });
    expect(harness.takeSent()).toEqual(['c1 error consent_required']);
  });

  // Situation: server with several users | Bob runs a cell in Alice's notebook, and closes his page
  // | his token is requested repeatedly | none, and Alice is not prompted | Bob's page, or none
  it('gets no answer from a page that was not asked, whatever its user has allowed', async () => {
    await harness.ask('c1');
    harness.tokenService.allow(await harness.prompted());
    await harness.pass(0);
    harness.takeSent();
    const theirs = { request_id: 'r2' };
    for (const comm of ['c2', 'c3', 'c4', 'c5', 'c6']) {
      await harness.askTheirs(comm, theirs);
    }
    await harness.setSignedIn(null);
    for (const comm of ['c7', 'c8', 'c9', 'c10', 'c11']) {
      await harness.askTheirs(comm, theirs);
    }
    await harness.setSignedIn(ALICE);
    await harness.askTheirs('c12', { ...theirs, scopes: 'malformed' });
    await harness.pass(1000);
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
    expect(harness.tokenService.waiting).toEqual([]);
  });
});

describe('a page that does not know yet that its server is shared', () => {
  beforeEach(async () => harness.setSignedIn(ALICE));

  // Situation: server on JupyterHub | Bob was admitted after Alice's page had loaded | his cell in
  // her notebook asks for a token | none | Bob's own page asks him
  it('asks the server before it answers for another page', async () => {
    await harness.ask('c1');
    expect(harness.takeSent()).toEqual(['c1 token alice']);
    harness.isShared = true;
    for (const comm of ['c2', 'c3', 'c4', 'c5']) {
      await harness.askTheirs(comm, { request_id: 'r2' });
    }
    expect(harness.takeSent()).toEqual([]);
    await harness.ask('c6', { request_id: 'r3' });
    expect(harness.takeSent()).toEqual(['c6 pending consent']);
  });

  it('treats it as shared while its server does not answer', async () => {
    harness.isSilent = true;
    await harness.ask('c1');
    await harness.askTheirs('c2', { request_id: 'r2' });
    await harness.askTheirs('c3', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c1 pending consent']);
    harness.isSilent = false;
    await harness.askTheirs('c4', { request_id: 'r2' });
    await harness.askTheirs('c5', { request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c5 token alice']);
  });

  it('does not tell other kernels its account', async () => {
    harness.isShared = true;
    await harness.askTheirs('c1', { kind: 'status', request_id: 'r1' });
    await harness.askTheirs('c2', { kind: 'status', request_id: 'r1' });
    expect(harness.takeSent()).toEqual([]);
  });
});
