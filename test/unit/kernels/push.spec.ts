/** @jest-environment jsdom */
import { SignOutBroadcast } from '../../../src/auth/sign-out-broadcast';
import { AccountPins } from '../../../src/kernels/account-pins';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import {
  BASE,
  BOB,
  FakeConnection,
  KernelHarness,
  aClient,
  aToken,
  anError,
  withKernelHarness
} from './kernel-harness';

let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));

describe('signing in and out', () => {
  it('answers all waiting requests', async () => {
    await harness.ask('c1', { request_id: 'r1' });
    await harness.ask('c2', { request_id: 'r2', scopes: MANAGEMENT });
    await harness.prompted();
    harness.takeSent();
    await harness.setSignedIn(ALICE);
    expect(harness.takeSent()).toEqual(['c1 token alice', 'c2 token alice']);
    expect(harness.waiting).toEqual([]);
  });

  it('empties the kernels that were served', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1', { request_id: 'r1' });
    await harness.ask('c2', { request_id: 'r2', scopes: MANAGEMENT });
    harness.takeSent();
    await harness.setSignedIn(null);
    expect(harness.takeSent().sort()).toEqual(['c1 error signed_out', 'c2 error signed_out']);
    expect(harness.tokenService.grants).toEqual([]);
  });

  it('empties them even before the server has confirmed it', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    harness.takeSent();
    harness.auth.setState({ kind: 'signing-out' });
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
  });

  it('empties them after a reload, too', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    const reloaded = KernelHarness.reloaded();
    await reloaded.setSignedIn(null);
    expect(reloaded.takeSent()).toEqual(['c1 error signed_out']);
  });

  it('empties them when another user signs in', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    harness.takeSent();
    await harness.setSignedIn(BOB);
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
  });

  it('sends nothing over a comm that was closed, even from before a reload', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    const reloaded = KernelHarness.reloaded();
    await reloaded.end('c1');
    await reloaded.setSignedIn(null);
    expect(reloaded.takeSent()).toEqual([]);
  });
});

describe('a newer token', () => {
  it('goes to every kernel that holds an older one of the same kind', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.ask('c2', { scopes: MANAGEMENT, request_id: 'r2' });
    await harness.pass(60_000);
    harness.takeSent();
    await harness.ask('c3', { request_id: 'r3' }, other);
    await harness.pass(50);
    expect(harness.takeSent()).toEqual(['c3 token alice', 'c1 token alice']);
    expect(harness.tokenService.grants.map(({ kernelId }) => kernelId).sort()).toEqual([
      'k1',
      'k1',
      'k2'
    ]);
  });

  it('is not sent to a kernel that has it already', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    const held = aToken();
    await harness.pass(60_000);
    harness.takeSent();
    harness.auth.getToken.mockResolvedValue(held);
    await harness.ask('c2', { request_id: 'r2' }, harness.notebook);
    await harness.pass(50);
    expect(harness.takeSent()).toEqual(['c2 token alice']);
  });

  it('is no token of a user who has signed out', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.setSignedIn(BOB);
    await harness.pass(60_000);
    harness.takeSent();
    await harness.ask('c2', { request_id: 'r2' });
    await harness.pass(50);
    expect(harness.takeSent()).toEqual(['c2 token bob']);
  });

  it('is not sent once its user has signed out', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.pass(60_000);
    harness.takeSent();
    await harness.ask('c2', { request_id: 'r2' }, other);
    await harness.setSignedIn(null);
    expect(harness.takeSent()).toEqual([
      'c2 token alice',
      'c2 error signed_out',
      'c1 error signed_out'
    ]);
    await harness.pass(50);
    expect(harness.takeSent()).toEqual([]);
  });

  it('is not sent if it is from a directory that the user has left since', async () => {
    const inDirectory = (chosenTenantId: string): void =>
      harness.auth.setState({ ...ALICE, chosenTenantId });
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.setSignedIn(ALICE);
    inDirectory('fab');
    const held = aToken();
    await harness.pass(60_000);
    await harness.ask('c1', {}, other);
    inDirectory('con');
    harness.auth.getToken.mockResolvedValue(held);
    await harness.ask('c2', { request_id: 'r2' });
    harness.takeSent();
    await harness.pass(50);
    expect(harness.takeSent()).toEqual([]);
  });

  it('is not sent to a kernel for which another tab has just chosen another account', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    harness.auth.others = [BOB.account];
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.pass(60_000);
    await harness.ask('c2', { request_id: 'r2' }, other);
    harness.takeSent();
    // The browser has yet to tell this tab.
    new AccountPins(BASE, new SignOutBroadcast(BASE)).set('k1', BOB.account);
    await harness.pass(50);
    expect(harness.takeSent()).toEqual([]);
  });

  it('is listed with the time at which it was sent', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await harness.pass(60_000);
    await harness.ask('c2', { request_id: 'r2' }, other);
    await harness.pass(50);
    expect(harness.tokenService.grants).toMatchObject([
      { kernelId: 'k1', grantedAt: Date.now() },
      { kernelId: 'k2', grantedAt: Date.now() - 50 }
    ]);
  });

  it('is sent once, and listed once, if several kernels get it at the same time', async () => {
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    await harness.setSignedIn(ALICE);
    await harness.pass(60_000);
    const changed = jest.fn();
    harness.tokenService.changed.connect(changed);
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2' }, other);
    harness.takeSent();
    await harness.pass(50);
    expect(harness.takeSent()).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(harness.tokenService.grants).toMatchObject([{ kernelId: 'k2' }, { kernelId: 'k1' }]);
  });
});

describe('attach', () => {
  const attach = (comm: string, scopes: string[] = [], by = harness.notebook, session?: string) =>
    harness.ask(comm, { kind: 'attach', request_id: comm, scopes }, by, session);

  async function restart(): Promise<void> {
    harness.notebook.statusChanged.emit('restarting');
    harness.notebook.statusChanged.emit('idle');
    harness.takeSent();
  }

  it('of a fresh kernel gets nothing, and loads nothing', async () => {
    await harness.setSignedIn(ALICE);
    await attach('a1');
    expect(harness.takeSent()).toEqual([]);
    expect(harness.auth.prepare).not.toHaveBeenCalled();
    expect(harness.auth.getToken).not.toHaveBeenCalled();
  });

  it('gets what the notebook had before a restart, and what it is for', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1', { tenant_id: 'fabrikam.com' });
    await restart();
    expect(harness.tokenService.grants).toEqual([]);
    await attach('a1');
    expect(harness.sent[0]!.answer).toMatchObject({
      request_id: 'a1',
      request: { scopes: STORAGE, tenant_id: 'fabrikam.com', enable_cae: false }
    });
    expect(harness.takeSent()).toEqual(['a1 token alice for']);
    await harness.pass(50);
    expect(harness.tokenService.grants).toMatchObject([{ kernelId: 'k1' }]);
  });

  it('is told of a newer token over the same comm', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await restart();
    await attach('a1');
    await harness.pass(60_000);
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    harness.takeSent();
    await harness.ask('c2', { request_id: 'r2' }, other);
    await harness.pass(50);
    expect(harness.takeSent()).toEqual(['c2 token alice', 'a1 token alice for']);
    await harness.setSignedIn(null);
    expect(harness.takeSent().sort()).toEqual(['a1 error signed_out', 'c2 error signed_out']);
  });

  it('gets nothing of another notebook', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    const other = new FakeConnection('k2', 'ours2');
    harness.connections.add(other.self, aClient('other.ipynb'));
    harness.takeSent();
    await attach('a1', [], other);
    expect(harness.takeSent()).toEqual([]);
  });

  it('gets nothing of another account', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await restart();
    await harness.setSignedIn(BOB);
    await attach('a1');
    expect(harness.takeSent()).toEqual([]);
  });

  it('gets the scopes it names, if the user need not be asked', async () => {
    await harness.setSignedIn(ALICE);
    await attach('a1', STORAGE);
    expect(harness.takeSent()).toEqual(['a1 token alice for']);
    harness.auth.getToken.mockRejectedValue(anError('consent_required'));
    await attach('a2', MANAGEMENT);
    await harness.prompted();
    expect([harness.takeSent(), harness.waiting]).toEqual([[], []]);
  });

  it.each([
    ['another page', async () => attach('a1', [], harness.notebook, 'theirs')],
    [
      'a shared kernel',
      async () => {
        await harness.share();
        await attach('a1', STORAGE);
      }
    ]
  ])('gets nothing because of %s', async (_, act) => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await restart();
    await act();
    expect(harness.takeSent()).toEqual([]);
  });

  it('gets nothing if the user has forbidden it before the token is there', async () => {
    await harness.setSignedIn(ALICE);
    let come: (token: ReturnType<typeof aToken>) => void = () => undefined;
    harness.auth.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
    await attach('a1', STORAGE);
    harness.kernelAccess = 'deny';
    harness.tokenService.withdrawAll();
    come(aToken());
    await harness.pass(50);
    expect([harness.takeSent(), harness.tokenService.grants]).toEqual([[], []]);
  });

  it('gets nothing if the user signs out while that is checked', async () => {
    await harness.setSignedIn(ALICE);
    const decide = jest.spyOn(harness.access, 'decide').mockResolvedValueOnce('give');
    decide.mockImplementationOnce(async () => {
      harness.auth.setState({ kind: 'signed-out' });
      return 'give';
    });
    await attach('a1', STORAGE);
    await harness.pass(50);
    expect([harness.takeSent(), harness.tokenService.grants]).toEqual([[], []]);
  });

  it('gets nothing for a comm that is closed before the token is there', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    await restart();
    let come: (token: ReturnType<typeof aToken>) => void = () => undefined;
    harness.auth.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
    await attach('a1');
    harness.notebook.statusChanged.emit('restarting');
    come(aToken());
    await harness.pass(0);
    expect(harness.tokenService.grants).toEqual([]);
  });
});
