/** @jest-environment jsdom */
import type { ISignIn } from '../../../src/sources/source';
import { BOB, anError } from '../kernels/stage';
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeSource, NEED, Tab, attention, settle, signIn } from './tab';

/** Several sign-in methods, for this tab or for the server extension. */
let tab: Tab;
let server: FakeSource;

beforeEach(() => {
  tab = new Tab();
  server = new FakeSource('loopback');
  server.forget.mockImplementation(async elsewhere => {
    server.kept = elsewhere ? server.kept : null;
  });
  tab.openSources.mockImplementation(async () => ({
    ways: [tab.source, server],
    holders: [tab.source, server],
    server: null
  }));
});

const held = (who = BOB): ISignIn => ({ ...signIn(who), source: 'loopback', kept: 'memory' });

describe('who is signed in', () => {
  it('is who signed in in this tab, before anybody else', async () => {
    tab.source.kept = signIn();
    server.kept = held();
    await tab.session.prepare();
    expect(tab.session.state).toEqual(ALICE);
    expect(server.restore).not.toHaveBeenCalled();
  });

  it('is else whom the server half holds', async () => {
    server.kept = held();
    await tab.session.prepare();
    expect(tab.session.state).toMatchObject({ account: BOB.account, source: 'loopback' });
    await tab.session.getToken(STORAGE);
    expect([server.getToken.mock.calls.length, tab.source.getToken.mock.calls.length]).toEqual([
      1, 0
    ]);
  });

  it('is nobody where neither knows anybody', async () => {
    await tab.session.prepare();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });
});

describe('signing in', () => {
  it('takes the best way, or the one that was chosen', async () => {
    await tab.session.prepare();
    void tab.session.signIn(NEED);
    expect(tab.session.state).toEqual({ kind: 'signing-in', way: 'popup', deviceCode: null });
    void tab.session.signIn(null, 'loopback');
    expect(tab.session.state).toMatchObject({ way: 'loopback' });
    expect(tab.source.signIn.mock.calls[0]![2].aborted).toBe(true);
    expect(server.signIn).toHaveBeenCalledTimes(1);
  });

  it('opens nothing by a way that is not open', async () => {
    await tab.session.prepare();
    expect(await tab.session.signIn(null, 'device-code')).toEqual({ kind: 'signed-out' });
    expect([tab.source.asked, server.asked]).toEqual([[], []]);
  });

  it('takes a code only where that is named', async () => {
    const code = new FakeSource('device-code');
    tab.openSources.mockResolvedValue({ ways: [code], holders: [code], server: null });
    await tab.session.prepare();
    expect(await tab.session.signIn(NEED)).toEqual({ kind: 'signed-out' });
    expect(code.signIn).not.toHaveBeenCalled();
    void tab.session.signIn(NEED, 'device-code');
    expect(tab.session.state).toMatchObject({ kind: 'signing-in', way: 'device-code' });
  });

  it('goes on in the way that somebody is signed in by', async () => {
    server.kept = held();
    await tab.session.prepare();
    void tab.session.signIn(NEED);
    expect(server.signIn.mock.calls[0]!.slice(0, 2)).toEqual([NEED, BOB.account]);
  });

  it('takes the place of whoever this tab had', async () => {
    await tab.enter();
    void tab.session.signIn(null, 'loopback');
    server.asked[0]!.finish(held());
    await settle();
    expect(tab.session.state).toMatchObject({ account: BOB.account, source: 'loopback' });
    expect(tab.source.kept).toBeNull();
    expect(server.forget).not.toHaveBeenCalledWith(false);
  });

  it('shows the code that is to be typed in, until another attempt', async () => {
    const code = { userCode: 'ABC', verificationUri: 'https://login.example', expiresOn: 5 };
    await tab.session.prepare();
    void tab.session.signIn(null, 'loopback');
    server.asked[0]!.showCode(code);
    expect(tab.session.state).toEqual({ kind: 'signing-in', way: 'loopback', deviceCode: code });
    void tab.session.signIn();
    server.asked[0]!.showCode(code);
    expect(tab.session.state).toMatchObject({ way: 'popup', deviceCode: null });
  });
});

describe('signing out', () => {
  it('leaves nobody behind, here or there', async () => {
    await tab.enter();
    server.kept = held();
    await tab.session.signOut();
    expect([tab.source.kept, server.kept]).toEqual([null, null]);
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  });
});

describe('a machine', () => {
  const machine: ISignIn = { ...held(), source: 'managed-identity', automatic: true };

  it('is nobody to go on as', async () => {
    server.kept = machine;
    await tab.session.prepare();
    void tab.session.signIn(NEED);
    expect(tab.source.signIn.mock.calls[0]!.slice(0, 2)).toEqual([NEED, null]);
  });

  it('is not signed out by a tab that signs out the same account', async () => {
    server.kept = machine;
    await tab.session.prepare();
    tab.elsewhere(notice => notice.post(BOB.account.id, Date.now()));
    await settle();
    expect(tab.session.state).toMatchObject({ kind: 'signed-in', automatic: true });
  });
});

describe('where no way is open', () => {
  it('a token is not to be had, and nobody is asked to sign in for it', async () => {
    tab.openSources.mockResolvedValue({ ways: [], holders: [server], server: null });
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({
      code: 'unavailable',
      problem: { code: 'not_configured' }
    });
    expect(tab.session.state).toEqual({ kind: 'not-configured' });
  });

  it('what the server half holds is used all the same', async () => {
    tab.openSources.mockResolvedValue({ ways: [], holders: [server], server: null });
    server.kept = held();
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    server.getToken.mockRejectedValue(anError());
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.session.state).toEqual(attention('sign_in_ended'));
  });
});
