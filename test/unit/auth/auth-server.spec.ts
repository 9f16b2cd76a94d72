/** @jest-environment jsdom */
import type { IServerSession, ISignIn } from '../../../src/providers/provider';
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

  it('is applied even if the server extension does not count its answers', async () => {
    server.generation = null;
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.savedSignIn = null;
    await pass(5_000);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('says why the sign-in that it made has ended', async () => {
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

  it('changes nothing for the user of this tab', async () => {
    tab.source.savedSignIn = signIn();
    await tab.auth.prepare();
    server.change(held(BOB));
    await pass(60_000);
    expect(tab.auth.state).toEqual(ALICE);
  });

  it('does not disturb a click, and is applied after it', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn();
    server.change(held());
    await pass(10_000);
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
    tab.auth.cancel();
    await pass(5_000);
    expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  });

  it('does not clear a problem', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn();
    tab.source.asked[0]!.fail(anError('failed', 'popup_blocked'));
    await pass(20_000);
    expect(tab.auth.state).toEqual(attention('popup_blocked'));
  });

  it('that has signed out is noticed by a refused token, without a problem', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    server.change(null);
    server.getToken.mockRejectedValue(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('is no longer polled for by a session whose settings have changed', async () => {
    await tab.auth.prepare();
    tab.createProviders.mockResolvedValue({ methods: [], providers: [], server: null, tabs: null });
    await tab.auth.reconfigure();
    server.fetchSession.mockClear();
    await pass(60_000);
    expect([server.fetchSession.mock.calls.length, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('is no longer polled for, even if the last poll has no answer', async () => {
    await tab.auth.prepare();
    let fail: (reason: Error) => void = () => undefined;
    server.fetchSession.mockReturnValueOnce(new Promise((_, reject) => (fail = reject)));
    await pass(5_000);
    tab.createProviders.mockResolvedValue({ methods: [], providers: [], server: null, tabs: null });
    await tab.auth.reconfigure();
    server.fetchSession.mockClear();
    fail(anError('unavailable', 'no_answer'));
    await pass(60_000);
    expect([server.fetchSession.mock.calls.length, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('does not affect the next session with the answer to the last poll', async () => {
    server.savedSignIn = held();
    await tab.auth.prepare();
    let answer: (session: IServerSession) => void = () => undefined;
    server.fetchSession.mockReturnValueOnce(new Promise(resolve => (answer = resolve)));
    await pass(5_000);
    tab.createProviders.mockResolvedValue({ methods: [], providers: [], server: null, tabs: null });
    await tab.auth.reconfigure();
    server.change(null);
    answer(await server.fetchSession());
    await pass(0);
    expect(tab.source.clear).not.toHaveBeenCalled();
  });

  it('is followed again once the server is back', async () => {
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

describe('an ambient lookup', () => {
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

  it('makes a token request wait for the result', async () => {
    const token = tab.auth.getToken(STORAGE);
    await pass(2_000);
    server.isSearching = false;
    server.change(MACHINE);
    await pass(1_000);
    await expect(token).resolves.toMatchObject({ token: 'TOKEN' });
  });

  it('makes no token request wait if it has just found no identity', async () => {
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

  it('is repeated when the user asks for it', async () => {
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

  it('even if only this tab held the sign-in', async () => {
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
  // require_user | the user is asked to sign in, and then gets their own token | sign in
  it('is never used if a user is required', async () => {
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

  it.each(['bob@contoso.com', 'b.t'])(
    'never matches %s, who is requested by name',
    async account => {
      server.savedSignIn = MACHINE;
      await tab.auth.prepare();
      await expect(tab.auth.getToken(STORAGE, { account })).rejects.toMatchObject({
        code: 'sign_in_required'
      });
      expect(tab.auth.state).toMatchObject(machine);
    }
  );
});

describe('the list of candidates', () => {
  const candidates: IIdentityCandidate[] = [
    { source: 'managed-identity', outcome: 'unavailable', reason: 'Because.' }
  ];

  it('is emitted, and again only when it has changed', async () => {
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

describe('persistence', () => {
  it('is requested, and the outcome reported', async () => {
    server.savedSignIn = { ...held(), persistableIn: 'keychain' };
    await tab.auth.prepare();
    server.persist.mockImplementation(async () => {
      server.savedSignIn = { ...held(), persistedIn: 'keychain', persistableIn: 'keychain' };
    });
    await tab.auth.persist(true);
    expect(server.persist).toHaveBeenCalledWith(true);
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', persistedIn: 'keychain' });
  });

  it('reports the stored sign-ins, and continues as one of them', async () => {
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
