/** @jest-environment jsdom */
import type { IOtherAccounts, ISignIn } from '../../../src/providers/provider';
import type { IAzureToken } from '../../../src/tokens';
import { anError, aToken, BOB } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { attention, settle, TabHarness, signIn } from './tab-harness';

const SIGNED_OUT = 'jupyter-azure-auth:signed-out:/user/';

const MANAGEMENT = ['https://management.azure.com/.default'];
const CAROL = { ...BOB, account: { ...BOB.account, id: 'c.t', username: 'carol@contoso.com' } };
const ENDED = ['signed-out', 'needs-attention sign_in_ended'];

/** A tab in which alice is active and bob is signed in, too. */
let tab: TabHarness;
/** What the tab's provider holds besides the active account. */
let held: { others: readonly ISignIn[]; expiredId?: string };
let forget: jest.Mock<Promise<void>, [string]>;

beforeEach(async () => {
  tab = new TabHarness();
  // Of this tab alone: those of earlier tests hear of sign-outs, too.
  const { source } = tab;
  const mine: typeof held = { others: [signIn(BOB)] };
  held = mine;
  forget = jest.fn(async (id: string) => {
    if (source.savedSignIn?.account.id === id) {
      source.savedSignIn = null;
    }
    mine.others = mine.others.filter(({ account }) => account.id !== id);
  });
  const accounts: IOtherAccounts = {
    get others() {
      return mine.others;
    },
    get expiredId() {
      return mine.expiredId;
    },
    switchTo: async id => {
      const isAlice = id === ALICE.account.id;
      mine.others = [signIn(isAlice ? BOB : ALICE)];
      source.savedSignIn = signIn(isAlice ? ALICE : BOB);
    },
    signOut: id => forget(id),
    forget
  };
  Object.assign(source, { accounts });
  await tab.signInAs();
});

it('switches to another account without a sign-in, and asks for its tokens from then on', async () => {
  expect(tab.auth.others).toEqual([BOB.account]);
  await tab.auth.switchTo(BOB.account.id);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
  expect(tab.auth.others).toEqual([ALICE.account]);
  await tab.auth.getToken(STORAGE);
  expect(tab.source.getToken).toHaveBeenLastCalledWith(
    expect.objectContaining({ account: BOB.account })
  );
});

it('switches to no account that is not offered', async () => {
  await tab.auth.switchTo('made-up');
  expect(tab.auth.state).toMatchObject({ account: ALICE.account });
});

it('tells other tabs of all accounts that a sign-out ends', async () => {
  await tab.auth.signOut();
  expect(Object.keys(JSON.parse(localStorage.getItem(SIGNED_OUT)!))).toEqual(['o.t', 'b.t']);
});

it.each([
  ['', async () => expect(tab.auth.getToken(STORAGE)).rejects.toThrow()],
  [' before a reload', async () => tab.load().prepare()]
])('tells them of an account whose sign-in has expired here%s, too', async (_, notice) => {
  tab.source.getToken.mockRejectedValue(anError('sign_in_required', 'sign_in_ended'));
  tab.source.restore.mockRejectedValue(anError('sign_in_required', 'sign_in_ended'));
  held.expiredId = ALICE.account.id;
  await notice();
  expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  await tab.auth.signOut();
  expect(Object.keys(JSON.parse(localStorage.getItem(SIGNED_OUT)!))).toEqual(['o.t', 'b.t']);
});

// Situation: popup | several accounts are signed in, and the user signs out one that is not active |
// a cell names it, here or in another tab | the cell asks for it; the others stay | sign in again
it('signs out of one account, and leaves the active one as it is', async () => {
  tab.states.length = 0;
  await tab.auth.signOutOf(BOB.account.id);
  expect(tab.auth.others).toEqual([]);
  expect(forget).toHaveBeenCalledWith(BOB.account.id);
  // So that kernels forget its tokens.
  expect(tab.states).toEqual(['signed-in']);
  expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  expect(Object.keys(JSON.parse(localStorage.getItem(SIGNED_OUT)!))).toEqual([BOB.account.id]);
  await expect(tab.auth.getToken(STORAGE, AS_BOB)).rejects.toMatchObject({
    code: 'sign_in_required'
  });
  await tab.auth.signOutOf(ALICE.account.id);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
});

// Situation: popup | two tabs have signed in with the same two accounts, and the user signs out of one
// in the other tab, which is active in this one | a cell names no account, another one the second |
// the cell asks for a sign-in, the other one gets its token | switch to the second account
it('keeps its second account if another tab signs out of the active one alone', async () => {
  tab.elsewhere(notice => notice.publish(ALICE.account.id, Date.now() + 500));
  await settle();
  // Kernels forget the tokens of the first, and never become the second by themselves.
  expect(tab.states).toEqual(['signed-out', 'needs-attention sign_in_ended']);
  expect(forget.mock.calls).toEqual([[ALICE.account.id]]);
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  await expect(tab.auth.getToken(STORAGE, AS_BOB)).resolves.toMatchObject({ token: 'TOKEN' });
  expect(tab.auth.others).toEqual([BOB.account]);
  await tab.auth.switchTo(BOB.account.id);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
});

it('drops a second account that the other tab has signed out as well', async () => {
  held.others = [signIn(BOB), signIn(CAROL)];
  const ids = [ALICE.account.id, BOB.account.id];
  tab.elsewhere(notice => notice.publish(ids, Date.now() + 500));
  await settle();
  expect(tab.auth.others).toEqual([CAROL.account]);
  expect(forget.mock.calls.flat().sort()).toEqual([...ids].sort());
});

it('drops an account that was signed out while the page was away', async () => {
  tab.otherTabs.publish(BOB.account.id, Date.now() + 500);
  await tab.load().prepare();
  expect(forget.mock.calls).toEqual([[BOB.account.id]]);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
});

it('has kernels forget its second account after the first, at a sign-out here or elsewhere', async () => {
  const gone = (id: string): void => tab.elsewhere(notice => notice.publish(id, Date.now() + 500));
  held.others = [signIn(BOB), signIn(CAROL)];
  gone(ALICE.account.id);
  await settle();
  tab.states.length = 0;
  gone(BOB.account.id);
  await settle();
  await tab.auth.signOutOf(CAROL.account.id);
  expect(tab.states).toEqual([...ENDED, ...ENDED]);
  expect(tab.auth.others).toEqual([]);
});

it('keeps it if it was loaded again since', async () => {
  tab.otherTabs.publish(ALICE.account.id, Date.now() + 500);
  await tab.load().prepare();
  expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  expect(tab.auth.others).toEqual([BOB.account]);
});

it('keeps no account if another tab signs out of all', async () => {
  const ids = [ALICE.account.id, BOB.account.id];
  tab.elsewhere(notice => notice.publish(ids, Date.now() + 500));
  await settle();
  expect(tab.states).toEqual(['signed-out']);
  expect(tab.auth.others).toEqual([]);
});

it('says that the server could not sign it out, and keeps it', async () => {
  forget.mockRejectedValueOnce(anError('unavailable', 'no_answer'));
  await expect(tab.auth.signOutOf(BOB.account.id)).rejects.toThrow();
  expect(tab.auth.others).toEqual([BOB.account]);
  expect(localStorage.getItem(SIGNED_OUT)).toBeNull();
});

it('offers other tabs both accounts, each with its directory', async () => {
  const FABRIKAM = 'fab00000-0000-4000-8000-000000000002';
  await tab.auth.switchTo(BOB.account.id);
  tab.auth.chooseTenant(BOB.account.id, FABRIKAM);
  await tab.auth.switchTo(ALICE.account.id);
  const [active, other, ...more] = tab.auth.own;
  expect([active?.account, other?.account, more]).toEqual([ALICE.account, BOB.account, []]);
  const { id } = BOB.account;
  expect([undefined, id].map(one => tab.auth.chosenTenantFor(one))).toEqual([undefined, FABRIKAM]);
});

it('uses the directory that another tab has chosen for an account of its own', async () => {
  const elsewhere = { persistedIn: 'other-tab', chosenTenantId: 'fab' } as const;
  held.others = [{ ...signIn(BOB), ...elsewhere }];
  expect(tab.auth.chosenTenantFor('bob@contoso.com')).toBe('fab');
});

it('remembers no directory of an account that was signed out', async () => {
  const FABRIKAM = 'fab00000-0000-4000-8000-000000000002';
  await tab.auth.switchTo(BOB.account.id);
  tab.auth.chooseTenant(BOB.account.id, FABRIKAM);
  await tab.auth.switchTo(ALICE.account.id);
  expect(tab.auth.chosenTenantFor(BOB.account.id)).toBe(FABRIKAM);
  await tab.auth.signOutOf(BOB.account.id);
  await tab.signInAs(BOB);
  expect(tab.auth.state).not.toHaveProperty('chosenTenantId');
});

// Situation: popup | another tab signs out an account that is not active here | any | it is
// dropped with its tokens, and cannot be switched to | sign in again
it('drops an account that another tab has signed out', async () => {
  localStorage.setItem(SIGNED_OUT, JSON.stringify({ [BOB.account.id]: Date.now() }));
  expect(tab.auth.others).toEqual([]);
  await tab.auth.switchTo(BOB.account.id);
  expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  tab.states.length = 0;
  window.dispatchEvent(new StorageEvent('storage', { key: SIGNED_OUT }));
  await Promise.resolve();
  // So that kernels forget its tokens.
  expect(tab.states).toEqual(['signed-in']);
  expect(forget).toHaveBeenCalledWith(BOB.account.id);
});

const AS_BOB = { account: 'bob@contoso.com' };
const REQUEST_AS_BOB = { scopes: STORAGE, ...AS_BOB };

it('gets the token of the account that a request names, without a switch', async () => {
  tab.source.getToken.mockResolvedValue(aToken({ account: BOB.account }));
  const token = await tab.auth.getToken(STORAGE, AS_BOB);
  expect(token.account).toEqual(BOB.account);
  expect(tab.source.getToken).toHaveBeenLastCalledWith(
    expect.objectContaining({ account: BOB.account })
  );
  expect(tab.auth.accountFor('bob@contoso.com')).toEqual(BOB.account);
  expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  expect(tab.states).toEqual([]);
});

it('keeps the account that a request names if the user switches in the meantime', async () => {
  let answer: (token: IAzureToken) => void = () => undefined;
  tab.source.getToken.mockReturnValueOnce(new Promise(resolve => (answer = resolve)));
  const named = tab.auth.getToken(STORAGE, AS_BOB);
  await settle();
  await tab.auth.switchTo(BOB.account.id);
  answer(aToken({ account: BOB.account }));
  expect((await named).account).toEqual(BOB.account);
  expect(tab.source.getToken).toHaveBeenCalledTimes(1);
});

it('asks again for the active account if the user switches in the meantime', async () => {
  let answer: (token: IAzureToken) => void = () => undefined;
  tab.source.getToken
    .mockReturnValueOnce(new Promise(resolve => (answer = resolve)))
    .mockResolvedValueOnce(aToken({ account: BOB.account }));
  const unnamed = tab.auth.getToken(STORAGE);
  await settle();
  await tab.auth.switchTo(BOB.account.id);
  answer(aToken());
  expect((await unnamed).account).toEqual(BOB.account);
});

// Situation: popup | a refusal ends the sign-in of an account that is not active | a cell names it |
// only that account is forgotten; the cell asks for it | sign in as it again
it('forgets only the account that a refusal concerns', async () => {
  tab.source.getToken.mockRejectedValueOnce(anError());
  await expect(tab.auth.getToken(STORAGE, AS_BOB)).rejects.toMatchObject({
    code: 'sign_in_required'
  });
  expect(forget).toHaveBeenCalledWith(BOB.account.id);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
  expect(tab.auth.accountFor('bob@contoso.com')).toBeNull();
  // The panel offers it no more, and kernels forget its tokens.
  expect(tab.states).toEqual(['signed-in']);
});

it('asks a question about another account as that account, and keeps the active one', async () => {
  tab.source.getToken.mockRejectedValueOnce(anError('consent_required', 'consent_required'));
  await expect(tab.auth.getToken(STORAGE, AS_BOB)).rejects.toMatchObject({
    code: 'consent_required'
  });
  expect(tab.auth.state).toMatchObject(attention('consent_required', ALICE));
  const { signInCount } = tab.auth;
  void tab.auth.signIn(REQUEST_AS_BOB);
  expect(tab.source.signIn.mock.lastCall?.[1]).toEqual(BOB.account);
  // MSAL.js has made it the account of the tab.
  held.others = [signIn(ALICE)];
  tab.source.asked.at(-1)!.finish(signIn(BOB));
  await settle();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
  expect(held.others.map(({ account }) => account)).toEqual([BOB.account]);
  // A cell that wants the user to sign in must not get the active account's token for it.
  expect(tab.auth.signInCount).toBe(signInCount);
});

it('still knows, for a sign-out, the account of a sign-in that was refused twice at once', async () => {
  tab.source.getToken.mockRejectedValue(anError());
  const both = [STORAGE, MANAGEMENT].map(scopes => tab.auth.getToken(scopes));
  await expect(Promise.allSettled(both)).resolves.toMatchObject([
    { reason: { code: 'sign_in_required' } },
    { reason: { code: 'sign_in_required' } }
  ]);
  expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  expect(forget).not.toHaveBeenCalled();
  await tab.auth.signOut();
  expect(Object.keys(JSON.parse(localStorage.getItem(SIGNED_OUT)!))).toEqual(['o.t', 'b.t']);
});

it('still has the other accounts after a refusal has ended the active one', async () => {
  tab.source.getToken.mockRejectedValueOnce(anError());
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  tab.source.savedSignIn = null;
  tab.source.getToken.mockResolvedValue(aToken({ account: BOB.account }));
  expect((await tab.auth.getToken(STORAGE, AS_BOB)).account).toEqual(BOB.account);
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
});

// Situation: popup | a refusal has ended the active account, and another one is also signed in |
// the
// user cancels the sign-in window | nothing changes; the other account can still be chosen | none
it('keeps an ended sign-in in view if the user cancels, since others are still there', async () => {
  tab.source.getToken.mockRejectedValueOnce(anError());
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  void tab.auth.signIn();
  tab.auth.cancel();
  await settle();
  expect(tab.auth.state).toMatchObject(attention('sign_in_ended'));
  expect(tab.auth.others).toEqual([BOB.account]);
});

it('keeps no token of an account that was signed out elsewhere while Azure was asked', async () => {
  let answer: (token: IAzureToken) => void = () => undefined;
  tab.source.getToken.mockReturnValueOnce(new Promise(resolve => (answer = resolve)));
  const token = tab.auth.getToken(STORAGE, AS_BOB);
  await settle();
  tab.elsewhere(notice => notice.publish(BOB.account.id, Date.now()));
  await settle();
  forget.mockClear();
  answer(aToken({ account: BOB.account }));
  await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
  // The library has stored it again.
  expect(forget).toHaveBeenCalledWith(BOB.account.id);
});
