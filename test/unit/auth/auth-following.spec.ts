/** @jest-environment jsdom */
import type { ISignIn } from '../../../src/providers/provider';
import { BOB } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { attention, FakeSource, settle, signIn, TabHarness } from './tab-harness';

/** A tab that uses the sign-in of another tab until it has one of its own. */
let tab: TabHarness;
let others: FakeSource;
let server: FakeSource;
const find = jest.fn<Promise<ISignIn | null>, [string | null]>();
const announce = jest.fn();

const elsewhere = (who = ALICE): ISignIn => ({ ...signIn(who), persistedIn: 'other-tab' });

/** The same, after the other tab has signed in again. */
const later = (who = ALICE): ISignIn => ({ ...elsewhere(who), signedInAt: Date.now() + 1000 });

const announced = async (): Promise<void> => {
  window.dispatchEvent(new StorageEvent('storage', { key: 'announcement' }));
  await settle();
};

beforeEach(() => {
  tab = new TabHarness();
  others = new FakeSource();
  server = new FakeSource('loopback');
  find.mockReset().mockImplementation(async () => others.savedSignIn);
  announce.mockReset();
  const isAnnouncement = ({ key }: StorageEvent): boolean => key === 'announcement';
  tab.createProviders.mockImplementation(async () => ({
    methods: [tab.source],
    providers: [tab.source, others, server],
    server: null,
    tabs: { provider: others, find, announce, isAnnouncement }
  }));
});
// A tab of another test must not follow.
afterEach(() => {
  jest.useRealTimers();
  tab.readConfig.mockResolvedValue({ kind: 'malformed', detail: null });
  return tab.auth.reconfigure();
});

it('acts as the user who is signed in in another tab', async () => {
  others.savedSignIn = elsewhere();
  await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
  expect(others.getToken).toHaveBeenCalledTimes(1);
  expect(tab.auth.state).toMatchObject({ account: ALICE.account, persistedIn: 'other-tab' });
  expect([tab.auth.own, announce.mock.calls]).toEqual([null, []]);
});

it('follows a sign-in that is announced, and lets no other one replace its own', async () => {
  await tab.auth.prepare();
  others.savedSignIn = elsewhere();
  await announced();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
  tab.states.length = 0;
  await announced();
  expect(tab.states).toEqual([]);
  expect(find).toHaveBeenLastCalledWith(ALICE.account.id);
  others.savedSignIn = later(BOB);
  await announced();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });

  await tab.signInAs(ALICE);
  expect(tab.auth.own).toMatchObject({ account: ALICE.account });
  expect(announce).toHaveBeenCalledTimes(1);
  find.mockClear();
  await announced();
  expect(find).not.toHaveBeenCalled();
  expect(tab.auth.state).toMatchObject({ account: ALICE.account, persistedIn: 'tab' });
});

it('does not follow while the user signs in here', async () => {
  await tab.auth.prepare();
  void tab.auth.signIn();
  others.savedSignIn = elsewhere();
  await announced();
  expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
});

it('follows a user rather than the machine', async () => {
  server.savedSignIn = { ...signIn(), ambient: true, persistedIn: 'memory' };
  await tab.auth.prepare();
  expect(tab.auth.state).toMatchObject({ ambient: true });
  others.savedSignIn = elsewhere();
  await announced();
  expect(tab.auth.state).toMatchObject({ ambient: false, persistedIn: 'other-tab' });
});

it('says that the other tab is closed, never falls back, and continues when it is back', async () => {
  jest.useFakeTimers({ doNotFake: ['performance', 'queueMicrotask'] });
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  find.mockRejectedValueOnce(new Error('no answer'));
  document.dispatchEvent(new Event('visibilitychange'));
  await jest.advanceTimersByTimeAsync(0);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in' });

  const gone = others.savedSignIn;
  others.savedSignIn = null;
  server.savedSignIn = { ...signIn(), ambient: true, persistedIn: 'memory' };
  await jest.advanceTimersByTimeAsync(3000);
  expect(tab.auth.state).toEqual(attention('other_tab_closed'));
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  expect(tab.auth.state).toEqual(attention('other_tab_closed'));

  others.savedSignIn = gone;
  window.dispatchEvent(new StorageEvent('storage', { key: 'announcement' }));
  await jest.advanceTimersByTimeAsync(0);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
});

it('ends with the sign-out of the tab that holds the sign-in', async () => {
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  tab.elsewhere(notice => notice.publish(ALICE.account.id, Date.now() + 500));
  await settle();
  expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  expect(others.clear).toHaveBeenCalledWith(true);
});

it('signs the other tabs out, too', async () => {
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  await tab.auth.signOut();
  expect(tab.otherTabs.wasSignedOutSince(ALICE.account.id, Date.now() - 60_000)).toBe(true);
});
