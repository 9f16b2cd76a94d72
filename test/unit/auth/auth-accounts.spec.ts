/** @jest-environment jsdom */
import type { IOtherAccounts, ISignIn } from '../../../src/providers/provider';
import { BOB } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { TabHarness, signIn } from './tab-harness';

const SIGNED_OUT = 'jupyter-azure-auth:signed-out:/user/';

/** A tab in which alice is active and bob is signed in, too. */
let tab: TabHarness;
let others: ISignIn[];
const forget = jest.fn(async (id: string) => {
  others = others.filter(({ account }) => account.id !== id);
});

beforeEach(async () => {
  tab = new TabHarness();
  others = [signIn(BOB)];
  const accounts: IOtherAccounts = {
    get others() {
      return others;
    },
    switchTo: async () => {
      others = [signIn(ALICE)];
      tab.source.savedSignIn = signIn(BOB);
    },
    forget
  };
  Object.assign(tab.source, { accounts });
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

// Situation: popup | another tab signs out an account that is not active here | any | it is
// dropped with its tokens, and cannot be switched to | sign in again
it('drops an account that another tab has signed out', async () => {
  localStorage.setItem(SIGNED_OUT, JSON.stringify({ [BOB.account.id]: Date.now() }));
  expect(tab.auth.others).toEqual([]);
  await tab.auth.switchTo(BOB.account.id);
  expect(tab.auth.state).toMatchObject({ account: ALICE.account });
  window.dispatchEvent(new StorageEvent('storage', { key: SIGNED_OUT }));
  await Promise.resolve();
  expect(forget).toHaveBeenCalledWith(BOB.account.id);
});
