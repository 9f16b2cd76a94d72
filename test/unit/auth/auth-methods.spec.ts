/** @jest-environment jsdom */
import type { ISignIn } from '../../../src/providers/provider';
import { BOB, anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeSource, TOKEN_REQUEST, TabHarness, attention, settle, signIn } from './tab-harness';

/** Several sign-in methods, for this tab or for the server extension. */
let tab: TabHarness;
let server: FakeSource;

beforeEach(() => {
  tab = new TabHarness();
  server = new FakeSource('loopback');
  server.clear.mockImplementation(async elsewhere => {
    server.savedSignIn = elsewhere ? server.savedSignIn : null;
  });
  tab.createProviders.mockImplementation(async () => ({
    methods: [tab.source, server],
    providers: [tab.source, server],
    server: null,
    tabs: null
  }));
});

const held = (who = BOB): ISignIn => ({
  ...signIn(who),
  source: 'loopback',
  persistedIn: 'memory'
});

describe('who is signed in', () => {
  it('is the user of this tab, before any other', async () => {
    tab.source.savedSignIn = signIn();
    server.savedSignIn = held();
    await tab.auth.prepare();
    expect(tab.auth.state).toEqual(ALICE);
    expect(server.restore).not.toHaveBeenCalled();
  });

  it('is otherwise the one that the server extension holds', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    expect(tab.auth.state).toMatchObject({ account: BOB.account, source: 'loopback' });
    await tab.auth.getToken(STORAGE);
    expect([server.getToken.mock.calls.length, tab.source.getToken.mock.calls.length]).toEqual([
      1, 0
    ]);
  });

  it('is no user if neither knows one', async () => {
    await tab.auth.prepare();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });
});

describe('signing in', () => {
  it('takes the best method, or the one that was chosen', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn(TOKEN_REQUEST);
    expect(tab.auth.state).toEqual({ kind: 'signing-in', method: 'popup', deviceCode: null });
    void tab.auth.signIn(null, 'loopback');
    expect(tab.auth.state).toMatchObject({ method: 'loopback' });
    expect(tab.source.signIn.mock.calls[0]![2].aborted).toBe(true);
    expect(server.signIn).toHaveBeenCalledTimes(1);
  });

  it('opens no window for an unavailable method', async () => {
    await tab.auth.prepare();
    expect(await tab.auth.signIn(null, 'device-code')).toEqual({ kind: 'signed-out' });
    expect([tab.source.asked, server.asked]).toEqual([[], []]);
  });

  it('uses a code only if that method is named', async () => {
    const code = new FakeSource('device-code');
    tab.createProviders.mockResolvedValue({
      methods: [code],
      providers: [code],
      server: null,
      tabs: null
    });
    await tab.auth.prepare();
    expect(await tab.auth.signIn(TOKEN_REQUEST)).toEqual({ kind: 'signed-out' });
    expect(code.signIn).not.toHaveBeenCalled();
    void tab.auth.signIn(TOKEN_REQUEST, 'device-code');
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in', method: 'device-code' });
  });

  it('continues with the method of the current sign-in', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    void tab.auth.signIn(TOKEN_REQUEST);
    expect(server.signIn.mock.calls[0]!.slice(0, 2)).toEqual([TOKEN_REQUEST, BOB.account]);
  });

  it('replaces the previous user of this tab', async () => {
    await tab.signInAs();
    void tab.auth.signIn(null, 'loopback');
    server.asked[0]!.finish(held());
    await settle();
    expect(tab.auth.state).toMatchObject({ account: BOB.account, source: 'loopback' });
    expect(tab.source.savedSignIn).toBeNull();
    expect(server.clear).not.toHaveBeenCalledWith(false);
  });

  it('shows the code to enter, until another attempt', async () => {
    const code = { userCode: 'ABC', verificationUri: 'https://login.example', expiresAt: 5 };
    await tab.auth.prepare();
    void tab.auth.signIn(null, 'loopback');
    server.asked[0]!.showCode(code);
    expect(tab.auth.state).toEqual({ kind: 'signing-in', method: 'loopback', deviceCode: code });
    void tab.auth.signIn();
    server.asked[0]!.showCode(code);
    expect(tab.auth.state).toMatchObject({ method: 'popup', deviceCode: null });
  });
});

describe('signing out', () => {
  it('leaves no user behind, in the tab or at the server', async () => {
    await tab.signInAs();
    server.savedSignIn = held();
    await tab.auth.signOut();
    expect([tab.source.savedSignIn, server.savedSignIn]).toEqual([null, null]);
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  });
});

describe('a machine', () => {
  const machine: ISignIn = { ...held(), source: 'managed-identity', ambient: true };

  it('is no account to continue with', async () => {
    server.savedSignIn = machine;
    await tab.auth.prepare();
    void tab.auth.signIn(TOKEN_REQUEST);
    expect(tab.source.signIn.mock.calls[0]!.slice(0, 2)).toEqual([TOKEN_REQUEST, null]);
  });

  it('is not signed out by a tab that signs out the same account', async () => {
    server.savedSignIn = machine;
    await tab.auth.prepare();
    tab.elsewhere(notice => notice.publish(BOB.account.id, Date.now()));
    await settle();
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', ambient: true });
  });
});

describe('if no method is available', () => {
  it('no token is available, and no user is asked to sign in for it', async () => {
    tab.createProviders.mockResolvedValue({
      methods: [],
      providers: [server],
      server: null,
      tabs: null
    });
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { code: 'not_configured' }
    });
    expect(tab.auth.state).toEqual({ kind: 'not-configured' });
  });

  it('the sign-in of the server extension is still used', async () => {
    tab.createProviders.mockResolvedValue({
      methods: [],
      providers: [server],
      server: null,
      tabs: null
    });
    server.savedSignIn = held();
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    server.getToken.mockRejectedValue(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  });
});
