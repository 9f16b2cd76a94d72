/** @jest-environment jsdom */
import { Signal } from '@lumino/signaling';
import type { IServerSession, IServerSide, ISignIn } from '../../../src/sources/source';
import type { IConsidered, IStoredSignIns } from '../../../src/tokens';
import { BOB, anError } from '../kernels/stage';
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeSource, Tab, attention, signIn } from './tab';

/** What the server extension holds, and what others do to it: polled from time to time. */
class FakeServer extends FakeSource implements IServerSide {
  readonly answered = new Signal<this, IServerSession>(this);
  endedBy: string | null = null;
  looking = false;
  isSigningOut = false;
  considered: readonly IConsidered[] = [];
  stored: IStoredSignIns = { erasing: false, restorable: [] };
  generation: number | null = 1;
  readonly continueAs = jest.fn<Promise<void>, [string]>(async () => this.change(held()));
  readonly keep = jest.fn<Promise<void>, [boolean]>(async () => undefined);
  readonly look = jest.fn<Promise<IServerSession>, [boolean?]>(async () => {
    const { endedBy, looking, considered, stored, generation } = this;
    // Its clock differs, so that each sign-in is as old as its answer.
    const signIn = this.kept && { ...this.kept, madeOn: Date.now() };
    const session = { signIn, endedBy, looking, considered, stored, generation };
    this.answered.emit(session);
    return session;
  });
  override readonly restore = jest.fn(async () => (await this.look()).signIn);
  override readonly forget = jest.fn<Promise<void>, [boolean]>(async elsewhere => {
    if (!elsewhere && this.kept?.automatic === false) {
      this.change(null);
    }
  });

  /** In another browser, or by itself. */
  change(kept: ISignIn | null): void {
    this.kept = kept;
    this.generation = this.generation === null ? null : this.generation + 1;
  }
}

const MACHINE: ISignIn = {
  ...signIn(BOB),
  ...{ source: 'managed-identity', automatic: true, kept: 'memory' }
};
const held = (who = ALICE): ISignIn => ({ ...signIn(who), source: 'loopback', kept: 'memory' });

let tab: Tab;
let server: FakeServer;

beforeEach(() => {
  jest.useFakeTimers();
  tab = new Tab();
  server = new FakeServer('loopback');
  tab.openSources.mockImplementation(async () => ({
    ways: [tab.source, server],
    holders: [tab.source, server],
    server
  }));
});

afterEach(() => {
  hide(false);
  jest.useRealTimers();
});

const pass = (milliseconds: number): Promise<void> =>
  jest.advanceTimersByTimeAsync(milliseconds) as unknown as Promise<void>;

function hide(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

const machine = { kind: 'signed-in', automatic: true, source: 'managed-identity' };

describe('another browser', () => {
  it.each([
    ['signs in', null, held(), { kind: 'signed-in', account: ALICE.account }],
    ['signs out', held(), null, { kind: 'signed-out' }],
    ['signs in as somebody else', held(), held(BOB), { account: BOB.account }],
    ['signs out on a machine', held(), MACHINE, machine],
    ['signs in on a machine', MACHINE, held(), { account: ALICE.account, automatic: false }]
  ])('that %s is followed within 5 s', async (_, before, after, state) => {
    server.kept = before;
    await tab.session.prepare();
    server.change(after);
    await pass(5_000);
    expect(tab.session.state).toMatchObject(state);
  });

  it('is asked about less often by a page that nobody sees, and at once when it is seen', async () => {
    await tab.session.prepare();
    hide(true);
    await pass(5_000);
    server.look.mockClear();
    await pass(29_000);
    expect(server.look.mock.calls.length).toBeLessThanOrEqual(1);
    server.change(held());
    hide(false);
    await pass(0);
    expect(tab.session.state).toMatchObject({ account: ALICE.account });
  });

  it('is believed where the server half does not count its answers', async () => {
    server.generation = null;
    server.kept = held();
    await tab.session.prepare();
    server.kept = null;
    await pass(5_000);
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('says why what it was signed in by has ended', async () => {
    server.kept = held();
    await tab.session.prepare();
    server.endedBy = 'AADSTS50173';
    server.change(null);
    await pass(5_000);
    expect(tab.session.state).toEqual(attention('sign_in_ended'));
    server.endedBy = null;
    server.change(null);
    await pass(5_000);
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('changes nothing for who has signed in in this tab', async () => {
    tab.source.kept = signIn();
    await tab.session.prepare();
    server.change(held(BOB));
    await pass(60_000);
    expect(tab.session.state).toEqual(ALICE);
  });

  it('does not disturb a click, and counts after it', async () => {
    await tab.session.prepare();
    void tab.session.signIn();
    server.change(held());
    await pass(10_000);
    expect(tab.session.state).toMatchObject({ kind: 'signing-in' });
    tab.session.cancel();
    await pass(5_000);
    expect(tab.session.state).toMatchObject({ account: ALICE.account });
  });

  it('does not take away what a problem says', async () => {
    await tab.session.prepare();
    void tab.session.signIn();
    tab.source.asked[0]!.fail(anError('failed', 'popup_blocked'));
    await pass(20_000);
    expect(tab.session.state).toEqual(attention('popup_blocked'));
  });

  it('that has signed out is noticed by the token that is refused, without a word of trouble', async () => {
    server.kept = held();
    await tab.session.prepare();
    server.change(null);
    server.getToken.mockRejectedValue(anError());
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('is not asked about any more by a session whose settings have changed', async () => {
    await tab.session.prepare();
    tab.openSources.mockResolvedValue({ ways: [], holders: [], server: null });
    await tab.session.reconfigure();
    server.look.mockClear();
    await pass(60_000);
    expect([server.look.mock.calls.length, jest.getTimerCount()]).toEqual([0, 0]);
  });

  it('is not heard of while the server is gone, and then again', async () => {
    server.kept = held();
    await tab.session.prepare();
    server.look.mockRejectedValueOnce(anError('unavailable', 'no_answer'));
    server.change(null);
    await pass(5_000);
    expect(tab.session.state).toMatchObject({ kind: 'signed-in' });
    await pass(5_000);
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });
});

describe('a machine that is looked at', () => {
  beforeEach(() => void (server.looking = true));

  it('is asked about every second, until it has an identity', async () => {
    await tab.session.prepare();
    expect(tab.states).toEqual(['looking']);
    await pass(3_000);
    expect([server.look.mock.calls.length, tab.states]).toEqual([4, ['looking']]);
    server.looking = false;
    server.change(MACHINE);
    await pass(1_000);
    expect(tab.states).toEqual(['looking', 'signed-in']);
  });

  it('or has none', async () => {
    await tab.session.prepare();
    server.looking = false;
    await pass(1_000);
    expect(tab.states).toEqual(['looking', 'signed-out']);
  });

  it('lets a token wait for what comes of it', async () => {
    const token = tab.session.getToken(STORAGE);
    await pass(2_000);
    server.looking = false;
    server.change(MACHINE);
    await pass(1_000);
    await expect(token).resolves.toMatchObject({ token: 'TOKEN' });
  });

  it('has no token wait where it has just been looked at, and has none', async () => {
    await tab.session.prepare();
    server.looking = false;
    const token = tab.session.getToken(STORAGE);
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.states).toEqual(['looking', 'signed-out']);
  });

  it('or for who signs in meanwhile', async () => {
    const token = tab.session.getToken(STORAGE);
    await pass(500);
    void tab.session.signIn();
    tab.source.asked[0]!.finish(signIn());
    await pass(0);
    await expect(token).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.source.getToken).toHaveBeenCalled();
  });

  it('leaves nobody waiting when the settings change', async () => {
    const token = tab.session.getToken(STORAGE);
    token.catch(() => undefined);
    await pass(500);
    tab.openSources.mockResolvedValue({ ways: [tab.source], holders: [tab.source], server: null });
    await tab.session.reconfigure();
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
  });

  it('is looked at again when the user says so', async () => {
    server.looking = false;
    await tab.session.prepare();
    server.looking = true;
    await tab.session.tryAgain();
    expect(server.look).toHaveBeenLastCalledWith(true);
    expect(tab.session.state).toEqual({ kind: 'looking' });
  });
});

describe('the identity of a machine', () => {
  it('is who kernels act as after signing out', async () => {
    server.kept = held();
    await tab.session.prepare();
    server.forget.mockImplementation(async () => server.change(MACHINE));
    await tab.session.signOut();
    expect(tab.states).toEqual(['signed-in', 'signed-out', 'signed-in']);
    expect(tab.session.state).toMatchObject(machine);
  });

  it('also where the sign-in was this tab’s alone', async () => {
    server.kept = MACHINE;
    tab.source.kept = signIn();
    await tab.session.prepare();
    await tab.session.signOut();
    expect(tab.session.state).toMatchObject(machine);
  });

  it('is nobody’s who has signed in here, and was refused', async () => {
    server.kept = MACHINE;
    tab.source.kept = signIn();
    await tab.session.prepare();
    tab.source.getToken.mockRejectedValue(anError());
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    await pass(1_000);
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    server.change(MACHINE);
    await pass(20_000);
    expect(tab.session.state).toEqual(attention('sign_in_ended'));
    expect(server.getToken).not.toHaveBeenCalled();
    await tab.session.signOut();
    expect(tab.session.state).toMatchObject(machine);
  });

  it('is nobody’s whose sign-in in this tab has ended before a reload', async () => {
    server.kept = MACHINE;
    tab.source.restore.mockRejectedValue(anError());
    await tab.session.prepare();
    await pass(20_000);
    expect(tab.session.state).toEqual(attention('sign_in_ended'));
  });

  // Situation: page | the machine has an identity, no user is signed in | a cell asks with
  // require_user | its user is asked to sign in, and then the user's token | sign in
  it('is never a user, who is required', async () => {
    server.kept = MACHINE;
    await tab.session.prepare();
    const required = { requireUser: true };
    const [serves, refuses] = [
      tab.session.getToken(STORAGE),
      tab.session.getToken(STORAGE, required)
    ];
    await expect(refuses).rejects.toMatchObject({ code: 'sign_in_required' });
    await serves;
    expect(server.getToken).toHaveBeenCalledTimes(1);
    server.change(held());
    await pass(20_000);
    await tab.session.getToken(STORAGE, required);
    expect(tab.session.state).toMatchObject({ automatic: false });
  });

  it.each(['bob@contoso.com', 'b.t'])('is never %s, who is asked for by name', async account => {
    server.kept = MACHINE;
    await tab.session.prepare();
    await expect(tab.session.getToken(STORAGE, { account })).rejects.toMatchObject({
      code: 'sign_in_required'
    });
    expect(tab.session.state).toMatchObject(machine);
  });
});

describe('what was considered', () => {
  const considered: IConsidered[] = [
    { source: 'managed-identity', outcome: 'not_used', reason: 'Because.' }
  ];

  it('is told, and again only when it has changed', async () => {
    const told: (readonly IConsidered[])[] = [];
    tab.session.consideredChanged.connect(({ considered: now }) => told.push(now));
    server.considered = considered;
    await tab.session.prepare();
    await pass(10_000);
    expect(told.at(-1)).toEqual(considered);
    const count = told.length;
    server.considered = [...considered];
    await pass(10_000);
    expect(told.length).toBe(count);
  });
});

describe('keeping', () => {
  it('is asked for, and what came of it is told', async () => {
    server.kept = { ...held(), keeps: 'keychain' };
    await tab.session.prepare();
    server.keep.mockImplementation(async () => {
      server.kept = { ...held(), kept: 'keychain', keeps: 'keychain' };
    });
    await tab.session.keep(true);
    expect(server.keep).toHaveBeenCalledWith(true);
    expect(tab.session.state).toMatchObject({ kind: 'signed-in', kept: 'keychain' });
  });

  it('tells what the server half has stored, and goes on as one of them', async () => {
    const restorable = [{ id: 'k', account: ALICE.account }];
    server.stored = { erasing: true, restorable };
    await tab.session.prepare();
    expect([tab.session.stored, tab.session.state.kind]).toEqual([
      { erasing: true, restorable },
      'signed-out'
    ]);
    server.stored = { erasing: false, restorable: [] };
    await tab.session.continueAs('k');
    expect(server.continueAs.mock.calls).toEqual([['k']]);
    expect(tab.session.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
    expect(tab.session.stored).toEqual({ erasing: false, restorable: [] });
  });
});
