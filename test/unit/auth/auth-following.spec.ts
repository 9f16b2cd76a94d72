/** @jest-environment jsdom */
import type { ISignIn } from '../../../src/providers/provider';
import { anError, BOB } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { attention, FakeSource, settle, signIn, TabHarness } from './tab-harness';

/** A tab that uses the sign-in of another tab until it has one of its own. */
let tab: TabHarness;
let others: FakeSource;
let server: FakeSource;
const CAROL = { ...BOB, account: { ...BOB.account, id: 'c.t', username: 'carol@contoso.com' } };
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
  expect([tab.auth.own, announce.mock.calls]).toEqual([[], []]);
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
  expect(tab.auth.own).toMatchObject([{ account: ALICE.account }]);
  expect(announce).toHaveBeenCalledTimes(1);
  find.mockClear();
  await announced();
  expect(find).not.toHaveBeenCalled();
  expect(tab.auth.state).toMatchObject({ account: ALICE.account, persistedIn: 'tab' });
});

// Situation: tab that uses the sign-in of another tab | the user switches accounts there twice in two
// seconds, while a further tab does not answer | both switches are looked up | the last account | none
it('follows the last of two switches, whichever is looked up first', async () => {
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  const answers: ((found: ISignIn) => void)[] = [];
  find.mockImplementation(() => new Promise(resolve => answers.push(resolve)));
  await announced();
  await announced();
  answers[0]!(later(BOB));
  await settle();
  answers[1]!({ ...later(CAROL), activeSince: Date.now() + 2000 });
  await settle();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: CAROL.account });
});

it('follows a switch even if a prompt begins or ends in the meantime', async () => {
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  let answer: (found: ISignIn) => void = () => undefined;
  find.mockImplementationOnce(() => new Promise(resolve => (answer = resolve)));
  await announced();
  others.getToken.mockRejectedValueOnce(anError('consent_required', 'consent_required'));
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'consent_required' });
  others.savedSignIn = later(BOB);
  answer(others.savedSignIn);
  await settle();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
});

// Situation: tab that uses the sign-in of another tab | Azure has ended it, and the user switches to
// another account there, which signed in earlier | the tab asks which account to use | that account,
// without a click | nothing to do
it('follows a switch of accounts after its sign-in has ended, but no earlier sign-in', async () => {
  others.savedSignIn = { ...elsewhere(), signedInAt: 1000, activeSince: 3000 };
  await tab.auth.prepare();
  others.getToken.mockRejectedValueOnce(anError('sign_in_required'));
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  for (const [signedInAt, activeSince] of [
    [2000, undefined],
    [1000, 3000]
  ]) {
    others.savedSignIn = { ...elsewhere(BOB), signedInAt: signedInAt!, activeSince };
    await announced();
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  }
  others.savedSignIn = { ...elsewhere(BOB), signedInAt: 500, activeSince: 4000 };
  await announced();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
});

// Situation: tab that uses the sign-in of another tab, which holds several accounts | Azure has
// ended the active one's | the panel shows how to continue | no switch, which only the other tab
// can do | sign in
it('offers no switch that only the other tab can do', async () => {
  others.savedSignIn = elsewhere();
  const accounts = { others: [{ ...elsewhere(BOB), chosenTenantId: 'fab' }] };
  Object.assign(others, { accounts });
  await tab.auth.prepare();
  expect(tab.auth.accountFor('bob@contoso.com')).toEqual(BOB.account);
  expect(tab.auth.chosenTenantFor('bob@contoso.com')).toBe('fab');
  others.getToken.mockRejectedValueOnce(anError('sign_in_required'));
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  expect(tab.auth.others).toEqual([]);
});

it('announces an account that has answered a question while another one stays active', async () => {
  const accounts = {
    others: [signIn(BOB)],
    switchTo: jest.fn(async () => undefined)
  };
  Object.assign(tab.source, { accounts });
  tab.source.savedSignIn = { ...signIn(), signedInAt: 1000 };
  await tab.auth.prepare();
  announce.mockClear();
  void tab.auth.signIn({ scopes: STORAGE, account: BOB.account.username });
  tab.source.asked.at(-1)!.finish(signIn(BOB));
  await settle();
  expect(announce).toHaveBeenCalledTimes(1);
  expect(accounts.switchTo).toHaveBeenCalledWith(ALICE.account.id);
  // As after a reload: a refusal ends it for good.
  const [active] = tab.auth.own;
  expect(active).toMatchObject({ account: ALICE.account, signedInAt: 1000 });
  expect(Date.now() - active!.activeSince!).toBeLessThan(60_000);
});

it('does not follow while the user signs in here', async () => {
  await tab.auth.prepare();
  void tab.auth.signIn();
  others.savedSignIn = elsewhere();
  await announced();
  expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
});

it('follows what was announced during a sign-in that the user cancels', async () => {
  jest.useFakeTimers({ doNotFake: ['performance', 'queueMicrotask'] });
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  void tab.auth.signIn();
  others.savedSignIn = later(BOB);
  window.dispatchEvent(new StorageEvent('storage', { key: 'announcement' }));
  tab.auth.cancel();
  await jest.advanceTimersByTimeAsync(3000);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
});

it('sends no request after it has stopped, even if the last one fails', async () => {
  jest.useFakeTimers({ doNotFake: ['performance', 'queueMicrotask'] });
  await tab.auth.prepare();
  let fail: (reason: Error) => void = () => undefined;
  find.mockReturnValue(new Promise((_, reject) => (fail = reject)));
  window.dispatchEvent(new StorageEvent('storage', { key: 'announcement' }));
  tab.readConfig.mockResolvedValue({ kind: 'malformed', detail: null });
  await tab.auth.reconfigure();
  const timers = jest.getTimerCount();
  fail(new Error('no answer'));
  await jest.advanceTimersByTimeAsync(0);
  expect(jest.getTimerCount()).toBe(timers);
});

it('sends no request after it has stopped, even if two have failed', async () => {
  jest.useFakeTimers({ doNotFake: ['performance', 'queueMicrotask'] });
  others.savedSignIn = elsewhere();
  await tab.auth.prepare();
  find.mockRejectedValue(new Error('no answer'));
  window.dispatchEvent(new StorageEvent('storage', { key: 'announcement' }));
  window.dispatchEvent(new StorageEvent('storage', { key: 'announcement' }));
  await jest.advanceTimersByTimeAsync(0);
  tab.readConfig.mockResolvedValue({ kind: 'malformed', detail: null });
  await tab.auth.reconfigure();
  find.mockClear();
  await jest.advanceTimersByTimeAsync(3000);
  expect(find).not.toHaveBeenCalled();
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
