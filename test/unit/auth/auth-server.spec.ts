/** @jest-environment jsdom */
import type { ISignIn } from '../../../src/providers/provider';
import type { IIdentityCandidate } from '../../../src/auth/page-auth';
import { BOB, anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { type FakeServer, held, pass, withServer } from './server-harness';
import { type TabHarness, attention, signIn } from './tab-harness';

const MACHINE: ISignIn = {
  ...signIn(BOB),
  ...{ source: 'managed-identity', ambient: true, persistedIn: 'memory' }
};
let tab: TabHarness;
let server: FakeServer;

withServer((...made) => ([server, tab] = made));

afterEach(() => hide(false));

function hide(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

const machine = { kind: 'signed-in', ambient: true, source: 'managed-identity' };

describe('another browser', () => {
  it.each([
    ['signs in', null, held(), { kind: 'signed-in', account: ALICE.account }],
    ['signs out', held(), null, { kind: 'signed-out' }],
    ['signs in as another user', held(), held(BOB), { account: BOB.account }],
    ['signs out on a machine', held(), MACHINE, machine],
    ['signs in on a machine', MACHINE, held(), { account: ALICE.account, ambient: false }]
  ])('that %s is followed within 5 s', async (_, before, after, state) => {
    server.savedSignIn = before;
    await tab.auth.prepare();
    server.change(after);
    await pass(5_000);
    expect(tab.auth.state).toMatchObject(state);
  });

  it('is asked about less often by a hidden page, and at once when it is shown', async () => {
    await tab.auth.prepare();
    hide(true);
    await pass(5_000);
    server.fetchSession.mockClear();
    await pass(29_000);
    expect(server.fetchSession.mock.calls.length).toBeLessThanOrEqual(1);
    server.change(held());
    hide(false);
    await pass(0);
    expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  });

  it('is believed where the server extension does not count its answers', async () => {
    server.generation = null;
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.savedSignIn = null;
    await pass(5_000);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('says why what it was signed in by has ended', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.endedBy = 'AADSTS50173';
    server.change(null);
    await pass(5_000);
    expect(tab.auth.state).toEqual(attention('sign_in_ended'));
    server.endedBy = null;
    server.change(null);
    await pass(5_000);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('lets the user switch to an account that is left', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.others = [held(BOB)];
    server.change(null);
    await pass(5_000);
    expect(tab.auth.state).toMatchObject({ problem: { code: 'sign_in_ended', detail: null } });
    expect(tab.auth.others).toEqual([BOB.account]);
    await tab.auth.switchTo(BOB.account.id);
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
  });

  it('says that the server could not switch, and keeps the account', async () => {
    server.savedSignIn = held();
    server.others = [held(BOB)];
    await tab.auth.prepare();
    server.switchTo = async () => {
      throw anError('unavailable', 'no_answer');
    };
    await expect(tab.auth.switchTo(BOB.account.id)).rejects.toThrow();
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
  });

  it('tells the panel of accounts that another browser has added', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    const changed = jest.fn();
    tab.auth.candidatesChanged.connect(changed);
    server.others = [held(BOB)];
    server.change(held());
    await pass(5_000);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(tab.auth.others).toEqual([BOB.account]);
  });

  it('changes nothing for the user of this tab', async () => {
    tab.source.savedSignIn = signIn();
    await tab.auth.prepare();
    server.change(held(BOB));
    await pass(60_000);
    expect(tab.auth.state).toEqual(ALICE);
  });

  it('does not disturb a click, and counts after it', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn();
    server.change(held());
    await pass(10_000);
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
    tab.auth.cancel();
    await pass(5_000);
    expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  });

  it('does not take away what a problem says', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn();
    tab.source.asked[0]!.fail(anError('failed', 'popup_blocked'));
    await pass(20_000);
    expect(tab.auth.state).toEqual(attention('popup_blocked'));
  });

  it('that has signed out is noticed by the token that is refused, without a word of trouble', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.change(null);
    server.getToken.mockRejectedValue(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('is not asked about any more by a session whose settings have changed', async () => {
    await tab.auth.prepare();
    tab.createProviders.mockResolvedValue({ methods: [], providers: [], server: null, tabs: null });
    await tab.auth.reconfigure();
    server.fetchSession.mockClear();
    await pass(60_000);
    expect([server.fetchSession.mock.calls.length, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('is not heard of while the server is gone, and then again', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.fetchSession.mockRejectedValueOnce(anError('unavailable', 'no_answer'));
    server.change(null);
    await pass(5_000);
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in' });
    await pass(5_000);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });
});

describe('a machine that is looked at', () => {
  beforeEach(() => void (server.isSearching = true));

  it('is asked about every second, until it has an identity', async () => {
    await tab.auth.prepare();
    expect(tab.states).toEqual(['searching']);
    await pass(3_000);
    expect([server.fetchSession.mock.calls.length, tab.states]).toEqual([4, ['searching']]);
    server.isSearching = false;
    server.change(MACHINE);
    await pass(1_000);
    expect(tab.states).toEqual(['searching', 'signed-in']);
  });

  it('or has none', async () => {
    await tab.auth.prepare();
    server.isSearching = false;
    await pass(1_000);
    expect(tab.states).toEqual(['searching', 'signed-out']);
  });

  it('lets a token wait for what comes of it', async () => {
    const token = tab.auth.getToken(STORAGE);
    await pass(2_000);
    server.isSearching = false;
    server.change(MACHINE);
    await pass(1_000);
    await expect(token).resolves.toMatchObject({ token: 'TOKEN' });
  });

  it('has no token wait where it has just been looked at, and has none', async () => {
    await tab.auth.prepare();
    server.isSearching = false;
    const token = tab.auth.getToken(STORAGE);
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.states).toEqual(['searching', 'signed-out']);
  });

  it('or for a user who signs in during it', async () => {
    const token = tab.auth.getToken(STORAGE);
    await pass(500);
    void tab.auth.signIn();
    tab.source.asked[0]!.finish(signIn());
    await pass(0);
    await expect(token).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.source.getToken).toHaveBeenCalled();
  });

  it('leaves no caller waiting when the settings change', async () => {
    const token = tab.auth.getToken(STORAGE);
    token.catch(() => undefined);
    await pass(500);
    tab.createProviders.mockResolvedValue({
      methods: [tab.source],
      providers: [tab.source],
      server: null,
      tabs: null
    });
    await tab.auth.reconfigure();
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
  });

  it('is looked at again when the user says so', async () => {
    server.isSearching = false;
    await tab.auth.prepare();
    server.isSearching = true;
    await tab.auth.retryAmbient();
    expect(server.fetchSession).toHaveBeenLastCalledWith(true);
    expect(tab.auth.state).toEqual({ kind: 'searching' });
  });
});

describe('the identity of a machine', () => {
  it('is the identity of kernels after signing out', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.clear.mockImplementation(async () => server.change(MACHINE));
    await tab.auth.signOut();
    expect(tab.states).toEqual(['signed-in', 'signed-out', 'signed-in']);
    expect(tab.auth.state).toMatchObject(machine);
  });

  it('also where the sign-in was this tab’s alone', async () => {
    server.savedSignIn = MACHINE;
    tab.source.savedSignIn = signIn();
    await tab.auth.prepare();
    await tab.auth.signOut();
    expect(tab.auth.state).toMatchObject(machine);
  });

  it('is not used for a user who has signed in here and was refused', async () => {
    server.savedSignIn = MACHINE;
    tab.source.savedSignIn = signIn();
    await tab.auth.prepare();
    tab.source.getToken.mockRejectedValue(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    await pass(1_000);
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    server.change(MACHINE);
    await pass(20_000);
    expect(tab.auth.state).toEqual(attention('sign_in_ended'));
    expect(server.getToken).not.toHaveBeenCalled();
    await tab.auth.signOut();
    expect(tab.auth.state).toMatchObject(machine);
  });

  it('is not used if a sign-in in this tab has ended before a reload', async () => {
    server.savedSignIn = MACHINE;
    tab.source.restore.mockRejectedValue(anError());
    await tab.auth.prepare();
    await pass(20_000);
    expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  });

  // Situation: page | the machine has an identity, no user is signed in | a cell asks with
  // require_user | its user is asked to sign in, and then the user's token | sign in
  it('is never a user, who is required', async () => {
    server.savedSignIn = MACHINE;
    await tab.auth.prepare();
    const required = { requireUser: true };
    const [serves, refuses] = [tab.auth.getToken(STORAGE), tab.auth.getToken(STORAGE, required)];
    await expect(refuses).rejects.toMatchObject({ code: 'sign_in_required' });
    await serves;
    expect(server.getToken).toHaveBeenCalledTimes(1);
    server.change(held());
    await pass(20_000);
    await tab.auth.getToken(STORAGE, required);
    expect(tab.auth.state).toMatchObject({ ambient: false });
  });

  it.each(['bob@contoso.com', 'b.t'])('is never %s, who is asked for by name', async account => {
    server.savedSignIn = MACHINE;
    await tab.auth.prepare();
    await expect(tab.auth.getToken(STORAGE, { account })).rejects.toMatchObject({
      code: 'sign_in_required'
    });
    expect(tab.auth.state).toMatchObject(machine);
  });
});

describe('what was considered', () => {
  const candidates: IIdentityCandidate[] = [
    { source: 'managed-identity', outcome: 'unavailable', reason: 'Because.' }
  ];

  it('is told, and again only when it has changed', async () => {
    const told: (readonly IIdentityCandidate[])[] = [];
    tab.auth.candidatesChanged.connect(({ candidates: now }) => told.push(now));
    server.candidates = candidates;
    await tab.auth.prepare();
    await pass(10_000);
    expect(told.at(-1)).toEqual(candidates);
    const count = told.length;
    server.candidates = [...candidates];
    await pass(10_000);
    expect(told.length).toBe(count);
  });
});

describe('keeping', () => {
  it('is asked for, and what came of it is told', async () => {
    server.savedSignIn = { ...held(), persistableIn: 'keychain' };
    await tab.auth.prepare();
    server.persist.mockImplementation(async () => {
      server.savedSignIn = { ...held(), persistedIn: 'keychain', persistableIn: 'keychain' };
    });
    await tab.auth.persist(true);
    expect(server.persist).toHaveBeenCalledWith(true);
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', persistedIn: 'keychain' });
  });

  it('tells what the server extension has stored, and goes on as one of them', async () => {
    const restorable = [{ id: 'k', account: ALICE.account }];
    server.stored = { erasing: true, restorable };
    await tab.auth.prepare();
    expect([tab.auth.stored, tab.auth.state.kind]).toEqual([
      { erasing: true, restorable },
      'signed-out'
    ]);
    server.stored = { erasing: false, restorable: [] };
    await tab.auth.continueAs('k');
    expect(server.continueAs.mock.calls).toEqual([['k']]);
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
    expect(tab.auth.stored).toEqual({ erasing: false, restorable: [] });
  });
});
