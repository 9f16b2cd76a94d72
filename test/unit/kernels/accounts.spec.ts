/** @jest-environment jsdom */
import type { IAzureAccount, IAzureTokenOptions } from '../../../src/tokens';
import { ALICE, STORAGE } from '../panel/fixtures';
import { chooseAccount } from '../../../src/auth/account-choice';
import { SignOutBroadcast } from '../../../src/auth/sign-out-broadcast';
import {
  aClient,
  anError,
  aToken,
  BASE,
  BOB,
  FakeConnection,
  KernelHarness,
  withKernelHarness
} from './kernel-harness';

const AS_BOB = { account: 'bob@contoso.com' };

describe('a page with two accounts', () => {
  let harness: KernelHarness;
  withKernelHarness(created => (harness = created));

  beforeEach(() => signInBoth(ALICE.account, BOB.account));

  /** @param active - The account of requests that name none. */
  async function signInBoth(active: IAzureAccount, other: IAzureAccount): Promise<void> {
    const { auth } = harness;
    auth.others = [other];
    auth.getToken.mockImplementation(async (_: string[], { account }: IAzureTokenOptions) =>
      aToken({ account: auth.accountFor(account)! })
    );
    auth.setState({ ...ALICE, account: active });
    await harness.pass(0);
  }

  const held = (): string[] =>
    harness.tokenService.grants.map(({ kernelId, username }) => `${kernelId} ${username}`);

  it('gives each request of a kernel the account that it names', async () => {
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    expect(harness.takeSent()).toEqual(['c1 token alice', 'c2 token bob']);
    expect(harness.waiting).toEqual([]);
    await harness.pass(50);
    expect(held()).toEqual(['k1 bob@contoso.com', 'k1 alice@contoso.com']);
    const entries = harness.activityServer.post.mock.calls.map(([, sent]) => sent);
    const entry = (username: string) => ({ entry: { username } });
    expect(entries).toMatchObject([entry('alice@contoso.com'), entry('bob@contoso.com')]);
  });

  it('withdraws on a switch only tokens that a kernel would now get for another account', async () => {
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    await harness.ask('c3', { request_id: 'r3', account: 'alice@contoso.com' });
    harness.takeSent();
    await signInBoth(BOB.account, ALICE.account);
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
    expect(held()).toEqual(['k1 alice@contoso.com', 'k1 bob@contoso.com']);
  });

  it('withdraws the tokens of an account that is no longer signed in', async () => {
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    harness.takeSent();
    harness.auth.others = [];
    harness.auth.setState(ALICE);
    expect(harness.takeSent()).toEqual(['c2 error signed_out']);
    expect(held()).toEqual(['k1 alice@contoso.com']);
  });

  it('forgets permissions and choices for an account that is no longer signed in', async () => {
    harness.kernelAccess = 'ask';
    for (const [comm, change] of [['c1', {}] as const, ['c2', AS_BOB] as const]) {
      await harness.ask(comm, { request_id: comm, ...change });
      harness.tokenService.allow(await harness.prompted());
      await harness.pass(0);
    }
    harness.tokenService.pin('k2', BOB.account);
    harness.takeSent();
    // In this tab, which the browser does not tell of it.
    await harness.pass(1);
    new SignOutBroadcast(BASE).publish('b.t', Date.now());
    harness.auth.others = [];
    harness.auth.setState(ALICE);
    expect(harness.takeSent()).toEqual(['c2 error signed_out']);
    expect(harness.tokenService.pinnedAccountOf('k2')).toBeNull();
    await harness.pass(1);
    await signInBoth(ALICE.account, BOB.account);
    await harness.ask('c3', { request_id: 'c3' });
    await harness.ask('c4', { request_id: 'c4', ...AS_BOB });
    expect(await harness.prompted()).toMatchObject({ requestId: 'c4', question: 'access' });
    expect(harness.takeSent()).toContain('c3 token alice');
  });

  it('does so even while a problem of the active account needs attention', async () => {
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    harness.takeSent();
    const { problem } = anError('consent_required', 'consent_required');
    harness.auth.others = [];
    harness.auth.setState({ kind: 'needs-attention', problem, signedIn: ALICE });
    expect(harness.takeSent()).toEqual(['c2 error signed_out']);
  });

  // Situation: page with several accounts | another tab signs out of one that is not active, while the
  // user is signing in here | kernels hold its tokens | they forget them at once | nothing to do
  it('does so even during a sign-in', async () => {
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    harness.takeSent();
    const accountFor = (one?: string) => chooseAccount(ALICE, () => [], one);
    Object.assign(harness.auth, { accountFor });
    harness.auth.setState({ kind: 'signing-in', method: 'popup', deviceCode: null });
    expect(harness.takeSent()).toEqual(['c2 error signed_out']);
  });

  it('withdraws all of them on a sign-out', async () => {
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    harness.takeSent();
    await harness.setSignedIn(null);
    expect(harness.takeSent()).toEqual(['c2 error signed_out', 'c1 error signed_out']);
  });

  it('renews at once, after a reload, the tokens of an account that is not active', async () => {
    await harness.ask('c1', { request_id: 'r1', ...AS_BOB });
    harness.takeSent();
    const renewal = { request_id: 'r2', interactive: false, held_by: 'b.t' };
    await harness.askTheirs('c2', { ...renewal, ...AS_BOB });
    expect(harness.takeSent()).toEqual(['c2 token bob']);
    // It would give this one another account's token, so the page that gave it has the first word.
    await harness.askTheirs('c3', { ...renewal, request_id: 'r3' });
    expect(harness.takeSent()).toEqual([]);
  });

  it('asks for each account, and names the one that is not active', async () => {
    harness.kernelAccess = 'ask';
    await harness.ask('c1');
    harness.tokenService.allow(await harness.prompted());
    await harness.pass(0);
    expect(harness.takeSent()).toContain('c1 token alice');
    await harness.ask('c2', { request_id: 'r2', ...AS_BOB });
    expect(await harness.prompted()).toMatchObject({
      question: 'access',
      username: 'bob@contoso.com'
    });
    harness.tokenService.allow(harness.tokenService.waiting[0]!);
    await harness.pass(0);
    expect(harness.takeSent()).toContain('c2 token bob');
  });

  it('withdraws the tokens of the previous tenant, unless the request named it', async () => {
    await harness.ask('c1');
    await harness.ask('c2', { request_id: 'r2', tenant_id: 'contoso.com' });
    await harness.ask('c3', { request_id: 'r3', ...AS_BOB });
    harness.takeSent();
    harness.auth.setState({ ...ALICE, chosenTenantId: 'fab' });
    expect(harness.takeSent()).toEqual(['c1 error signed_out']);
    await harness.ask('c4', { request_id: 'r4' });
    harness.takeSent();
    harness.auth.setState(ALICE);
    expect(harness.takeSent()).toEqual(['c4 error signed_out']);
  });

  it('checks again if the user chooses a tenant during the access check', async () => {
    const { access, auth } = harness;
    const decide = jest.spyOn(access, 'decide').mockResolvedValueOnce('give');
    decide.mockImplementationOnce(async () => {
      auth.setState({ ...ALICE, chosenTenantId: 'fab' });
      return 'give';
    });
    await harness.ask('c1');
    expect(auth.getToken).toHaveBeenCalledTimes(2);
    expect(harness.takeSent()).toEqual(['c1 pending acquiring', 'c1 token alice']);
  });

  describe('with a kernel that always uses one of them', () => {
    beforeEach(() => harness.tokenService.pin('k1', BOB.account));

    /** The account that a request names, the one that the kernel always uses, the active one. */
    it.each([
      [undefined, BOB, ALICE, 'bob'],
      [undefined, BOB, BOB, 'bob'],
      [undefined, ALICE, BOB, 'alice'],
      [undefined, null, BOB, 'bob'],
      ['alice@contoso.com', BOB, BOB, 'alice'],
      ['bob@contoso.com', ALICE, ALICE, 'bob']
    ])('gives %s, with %o, while %o is active', async (account, pinned, active, who) => {
      harness.tokenService.pin('k1', pinned?.account ?? null);
      const other = active === ALICE ? BOB : ALICE;
      await signInBoth(active.account, other.account);
      await harness.ask('c1', { ...(account && { account }) });
      expect(harness.takeSent()).toEqual([`c1 token ${who}`]);
    });

    it('keeps its tokens on a switch, and drops them with another choice', async () => {
      await harness.ask('c1');
      await harness.ask('c2', { request_id: 'r2', account: 'alice@contoso.com' });
      harness.takeSent();
      await signInBoth(BOB.account, ALICE.account);
      await signInBoth(ALICE.account, BOB.account);
      expect(harness.takeSent()).toEqual([]);
      harness.tokenService.pin('k1', null);
      expect(harness.takeSent()).toEqual(['c1 error signed_out']);
      expect(held()).toEqual(['k1 alice@contoso.com']);
    });

    it('remembers it after a reload, and pushes what the kernel itself had asked for', async () => {
      await harness.ask('c1');
      harness.takeSent();
      window.dispatchEvent(new Event('pagehide'));
      const again = harness.open();
      expect(again.pinnedAccountOf('k1')).toMatchObject({ id: 'b.t', username: 'bob@contoso.com' });
      const attach = { version: 1, kind: 'attach', request_id: 'a', scopes: [] };
      harness.notebook.say('comm_open', {
        ...{ comm_id: 'c2', target_name: 'jupyter-azure-auth', data: attach }
      });
      await harness.pass(0);
      const pushed = harness.sent.find(({ comm }) => comm === 'c2')?.answer;
      expect(pushed).toMatchObject({ account: { id: 'b.t' } });
      expect(pushed).not.toHaveProperty('request.account');
    });

    it('gives no token of the previous account to a request that waits during the choice', async () => {
      let answer = (): void => undefined;
      harness.auth.getToken.mockReturnValueOnce(
        new Promise(resolve => (answer = () => resolve(aToken({ account: BOB.account }))))
      );
      await harness.ask('c1');
      harness.tokenService.pin('k1', ALICE.account);
      answer();
      await harness.ask('c2');
      expect(harness.takeSent()).toEqual(['c2 token alice']);
    });

    it('keeps the tokens of other kernels after the active account has ended', async () => {
      const other = new FakeConnection('k2', 'ours');
      harness.connections.add(other.self, aClient('other.ipynb'));
      await harness.ask('c1', {}, other);
      harness.takeSent();
      const { problem } = anError();
      harness.auth.setState({ kind: 'needs-attention', problem, signedIn: null });
      harness.tokenService.pin('k1', null);
      expect(harness.takeSent()).toEqual([]);
      expect(held()).toEqual(['k2 alice@contoso.com']);
    });

    it('keeps what was pushed to it if a tenant is chosen for another account', async () => {
      harness.auth.setState({ ...ALICE, chosenTenantId: 'fab' });
      await harness.pass(0);
      const attach = { version: 1, kind: 'attach', request_id: 'a', scopes: STORAGE };
      harness.notebook.say('comm_open', {
        ...{ comm_id: 'c1', target_name: 'jupyter-azure-auth', data: attach }
      });
      await harness.pass(0);
      expect(harness.takeSent()).toEqual(['c1 token bob for']);
      harness.auth.setState({ ...ALICE, chosenTenantId: 'fab' });
      expect(harness.takeSent()).toEqual([]);
    });

    it('keeps the problem of a token that is to be renewed, until the kernel ends', async () => {
      await harness.ask('c1');
      harness.takeSent();
      const { auth } = harness;
      auth.withdraw.mockClear();
      auth.getToken.mockRejectedValue(anError('consent_required', 'consent_required'));
      await harness.ask('c2', { request_id: 'r2', interactive: false, held_by: 'b.t' });
      expect(harness.takeSent()).toEqual(['c2 error consent_required']);
      expect(auth.withdraw).not.toHaveBeenCalled();
      harness.tokenService.retainKernels(new Set(['k2']));
      expect(auth.withdraw).toHaveBeenCalledWith(expect.objectContaining({ account: 'b.t' }));
    });

    it('no longer asks for it after a sign-out', async () => {
      harness.auth.others = [];
      harness.auth.getToken.mockRejectedValue(anError());
      await harness.ask('c1');
      await harness.prompted();
      await harness.setSignedIn(null);
      expect(harness.waiting).toEqual([]);
    });

    it('no longer asks for it after a sign-out of that account alone', async () => {
      harness.auth.others = [];
      harness.auth.getToken.mockRejectedValue(anError());
      await harness.ask('c1');
      expect(await harness.prompted()).toMatchObject({ username: 'bob@contoso.com' });
      new SignOutBroadcast(BASE).publish('b.t', Date.now());
      harness.auth.setState(ALICE);
      expect(harness.waiting).toEqual([]);
    });

    it('asks for that account if it is no longer signed in, and for no other', async () => {
      harness.auth.others = [];
      harness.auth.getToken.mockRejectedValue(anError());
      await harness.ask('c1');
      expect(await harness.prompted()).toMatchObject({
        ...{ question: 'sign-in', username: 'bob@contoso.com', request: { account: 'b.t' } }
      });
    });

    const retain = (id: string): void => harness.tokenService.retainKernels(new Set([id]));

    it.each([
      ['a sign-out', () => harness.setSignedIn(null)],
      ['its end', async () => ['k1', 'k2'].forEach(id => retain(id))]
    ])('forgets it with %s', async (_, end) => {
      await end();
      expect(harness.tokenService.pinnedAccountOf('k1')).toBeNull();
    });
  });

  describe('with a kernel for which another tab chooses an account', () => {
    let other: KernelHarness;

    /** Another tab of this browser has its own `sessionStorage`. */
    beforeEach(async () => {
      sessionStorage.clear();
      other = new KernelHarness();
    });

    /** Browsers tell the other tabs only, after the change. */
    function tellTabs(): void {
      Object.keys(localStorage).forEach(key =>
        window.dispatchEvent(new StorageEvent('storage', { key }))
      );
    }

    // Situation: two tabs with one kernel | one chooses the account that the kernel always uses |
    // the kernel asks, and the other tab answers | the token of that account; the kernel forgets
    // those of the other | nothing to do
    it('answers as that account, even before the browser has reported the choice', async () => {
      await harness.ask('c1');
      other.tokenService.pin('k1', BOB.account);
      await harness.ask('c2', { request_id: 'r2', scopes: ['https://vault.azure.net/.default'] });
      expect(harness.takeSent()).toEqual(['c1 token alice', 'c2 token bob']);
      tellTabs();
      expect(harness.takeSent()).toEqual(['c1 error signed_out']);
      other.tokenService.pin('k1', null);
      tellTabs();
      expect(harness.takeSent()).toEqual(['c2 error signed_out']);
    });

    it('gives no token of the previous account that was being requested', async () => {
      let answer = (): void => undefined;
      harness.auth.getToken.mockReturnValueOnce(
        new Promise(resolve => (answer = () => resolve(aToken())))
      );
      await harness.ask('c1');
      other.tokenService.pin('k1', BOB.account);
      tellTabs();
      answer();
      await harness.ask('c2');
      expect(harness.takeSent()).toEqual(['c2 token bob']);
    });

    it('shows the choice, even in a tab without a sign-in, which does not undo it', async () => {
      other.tokenService.pin('k1', BOB.account);
      const third = new KernelHarness();
      third.auth.setState({ kind: 'signed-out' });
      expect(third.tokenService.pinnedAccountOf('k1')).toMatchObject({ id: 'b.t' });
      let changes = 0;
      third.tokenService.changed.connect(() => (changes += 1));
      other.tokenService.pin('k1', null);
      tellTabs();
      expect(changes).toBe(1);
      expect(third.tokenService.pinnedAccountOf('k1')).toBeNull();
    });

    it('forgets the choice with a sign-out of that account in any tab, and no other', async () => {
      other.tokenService.pin('k1', BOB.account);
      other.tokenService.pin('k2', ALICE.account);
      await harness.pass(1);
      new SignOutBroadcast(BASE).publish('b.t', Date.now());
      tellTabs();
      for (const { tokenService } of [harness, other]) {
        expect(tokenService.pinnedAccountOf('k1')).toBeNull();
        expect(tokenService.pinnedAccountOf('k2')).toMatchObject({ id: ALICE.account.id });
      }
    });

    it('keeps the choice for a kernel that its own list does not contain yet', async () => {
      other.tokenService.pin('k1', BOB.account);
      harness.tokenService.retainKernels(new Set(['k2']));
      harness.tokenService.retainKernels(new Set(['k2', 'k3']));
      expect(harness.tokenService.pinnedAccountOf('k1')).not.toBeNull();
    });
  });

  it('does not describe its own other account as unknown', () => {
    harness.notebook.say('comm_msg', {
      comm_id: 'c1',
      data: {
        ...{ target: 'jupyter-azure-auth', version: 1, kind: 'holder' },
        ...{ request_id: 'r1', username: 'bob@contoso.com' }
      }
    });
    expect(harness.tokenService.acting).toEqual([]);
  });
});
