/** @jest-environment jsdom */
import { ALICE } from '../panel/fixtures';
import { anError, BOB, type KernelHarness, withKernelHarness } from './kernel-harness';

let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));

describe('status', () => {
  const STATUS = { kind: 'status' };

  it('says who is signed in, from which source, and nothing that opens anything', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1', STATUS);
    expect(harness.sent).toEqual([
      {
        to: 'k1',
        comm: 'c1',
        answer: {
          request_id: 'r1',
          kind: 'status',
          state: 'signed-in',
          account: {
            ...{ id: 'o.t', name: 'Alice', username: 'alice@contoso.com' },
            tenant_id: 'contoso-id'
          },
          source: 'popup',
          ambient: false,
          expires_on: Math.floor(ALICE.expiresAt! / 1000),
          candidates: [{ source: 'popup', outcome: 'selected', reason: null }]
        }
      }
    ]);
  });

  // Situation: page, kernel | the kernel always uses an account that is not active | the kernel asks
  // for the status | that account, with the tenant chosen for it; "signed-out" if it is not signed in
  // | %azure_login, or "Always use" another account
  it('names the account that the kernel always uses, and no other', async () => {
    harness.auth.others = [BOB.account];
    await harness.setSignedIn(ALICE);
    harness.tokenService.pin('k1', BOB.account);
    await harness.ask('c1', STATUS);
    harness.auth.setState({ ...BOB, chosenTenantId: 'fab' });
    await harness.ask('c2', { ...STATUS, request_id: 'r2' });
    harness.auth.others = [];
    harness.auth.setState(ALICE);
    await harness.ask('c3', { ...STATUS, request_id: 'r3' });
    const { id, name, username, tenantId } = BOB.account;
    const account = { id, name, username, tenant_id: tenantId };
    const isBob = { state: 'signed-in', account, source: 'popup', ambient: false };
    expect(harness.sent.map(({ answer }) => answer)).toMatchObject([
      { ...isBob, expires_on: null },
      { ...isBob, account: { ...account, tenant_id: 'fab' }, expires_on: expect.any(Number) },
      { state: 'signed-out', account: null, source: null, expires_on: null }
    ]);
  });

  it('lists the candidates, 20 at most', async () => {
    const row = { source: 'azure-cli', outcome: 'unavailable', reason: 'No.' } as const;
    harness.auth.candidates = Array.from({ length: 30 }, () => row);
    await harness.ask('c1', STATUS);
    expect(harness.sent[0]?.answer).toMatchObject({
      candidates: Array.from({ length: 20 }, () => row)
    });
  });

  it('looks first for a sign-in that this page does not know yet, and does not ask the user', async () => {
    harness.auth.prepare.mockImplementation(async () => harness.auth.setState(ALICE));
    await harness.ask('c1', STATUS);
    expect(harness.takeSent()).toEqual(['c1 status signed-in alice@contoso.com']);
    expect(harness.auth.signIn).not.toHaveBeenCalled();
    expect(harness.auth.getToken).not.toHaveBeenCalled();
    expect(harness.tokenService.waiting).toEqual([]);
  });

  it('waits until it is known whether the machine has an identity, two seconds at most', async () => {
    harness.auth.setState({ kind: 'searching' });
    await harness.ask('c1', STATUS);
    await harness.pass(1000);
    expect(harness.takeSent()).toEqual([]);
    await harness.setSignedIn(ALICE);
    expect(harness.takeSent()).toEqual(['c1 status signed-in alice@contoso.com']);
    harness.auth.setState({ kind: 'searching' });
    await harness.ask('c2', { ...STATUS, request_id: 'r2' });
    await harness.pass(2000);
    expect(harness.takeSent()).toEqual(['c2 status searching none']);
  });

  it('is answered once, on the newest comm', async () => {
    let ready = (): void => undefined;
    harness.auth.prepare.mockReturnValue(new Promise(resolve => (ready = resolve)));
    await harness.ask('c1', STATUS);
    await harness.ask('c2', STATUS);
    ready();
    await harness.pass(0);
    expect(harness.takeSent()).toEqual(['c2 status signed-out none']);
  });

  it('is answered by a page that was not asked from the second attempt on', async () => {
    await harness.askTheirs('c1', STATUS);
    expect(harness.takeSent()).toEqual([]);
    await harness.askTheirs('c2', STATUS);
    expect(harness.takeSent()).toEqual(['c2 status signed-out none']);
  });

  it('tells a shared kernel nothing, unless it was given a token', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    harness.takeSent();
    await harness.share();
    await harness.ask('c2', { ...STATUS, request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c2 status signed-in alice@contoso.com']);
    harness.notebook.statusChanged.emit('restarting');
    await harness.ask('c3', { ...STATUS, request_id: 'r3' });
    expect(harness.takeSent()).toEqual(['c3 error denied']);
  });

  // Situation: shared kernel | it has a token of an account that its code names, and none of the one
  // that it always uses | another user asks for the status | `denied`, and no user name | nothing to do
  it('names no account of which the kernel was given no token', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1', { account: ALICE.account.username });
    harness.auth.others = [BOB.account];
    harness.tokenService.pin('k1', BOB.account);
    harness.takeSent();
    await harness.share();
    await harness.ask('c2', { ...STATUS, request_id: 'r2' });
    expect(harness.takeSent()).toEqual(['c2 error denied']);
    harness.tokenService.pin('k1', null);
    await harness.ask('c3', { ...STATUS, request_id: 'r3' });
    expect(harness.takeSent()).toEqual(['c3 status signed-in alice@contoso.com']);
  });

  it('serves at most 20 at a time for a kernel', async () => {
    harness.auth.prepare.mockReturnValue(new Promise(() => undefined));
    for (let index = 0; index < 30; index++) {
      await harness.ask(`c${index}`, { ...STATUS, request_id: `r${index}` });
    }
    expect(harness.auth.prepare).toHaveBeenCalledTimes(20);
  });
});

describe('sign_out', () => {
  const SIGN_OUT = { kind: 'sign_out' };

  it('signs out once, and says so when that is done', async () => {
    await harness.ask('c1', SIGN_OUT);
    await harness.ask('c2', SIGN_OUT);
    await harness.pass(300);
    expect(harness.auth.signOut).toHaveBeenCalledTimes(1);
    expect(harness.takeSent()).toEqual(['c2 done']);
  });

  it('is ignored if it is a replay of an earlier one', async () => {
    await harness.ask('c1', SIGN_OUT);
    await harness.pass(200);
    await harness.end('c1');
    await harness.pass(1000);
    expect(harness.auth.signOut).not.toHaveBeenCalled();
  });

  it.each(['restarting', 'dead'] as const)('is ignored from a kernel that is %s', async status => {
    await harness.ask('c1', SIGN_OUT);
    harness.notebook.statusChanged.emit(status);
    await harness.pass(1000);
    expect(harness.auth.signOut).not.toHaveBeenCalled();
  });

  it('is answered only by the page that was asked', async () => {
    for (const comm of ['c1', 'c2', 'c3', 'c4', 'c5']) {
      await harness.askTheirs(comm, SIGN_OUT);
      await harness.pass(1000);
    }
    await harness.setSignedIn(ALICE);
    await harness.pass(1000);
    expect(harness.auth.signOut).not.toHaveBeenCalled();
    expect(harness.takeSent()).toEqual([]);
  });

  it('is denied to a shared kernel, whatever it was given', async () => {
    await harness.setSignedIn(ALICE);
    await harness.ask('c1');
    harness.takeSent();
    await harness.share();
    await harness.ask('c2', { ...SIGN_OUT, request_id: 'r2' });
    await harness.pass(1000);
    expect(harness.takeSent()).toEqual(['c2 error denied']);
    expect(harness.auth.signOut).not.toHaveBeenCalled();
  });

  it('says that it failed', async () => {
    harness.auth.signOut.mockRejectedValue(anError('failed', 'failed'));
    await harness.ask('c1', SIGN_OUT);
    await harness.pass(300);
    expect(harness.takeSent()).toEqual(['c1 error failed']);
  });
});
