/** @jest-environment jsdom */
import { BOB, anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { type FakeServer, held, pass, withServer } from './server-harness';
import type { TabHarness } from './tab-harness';

/** A tab in which alice is active, whose sign-in the server extension holds. */
let tab: TabHarness;
let server: FakeServer;

withServer((...made) => {
  [server, tab] = made;
  server.savedSignIn = held();
});

it('lets the user switch to an account that is left', async () => {
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
  server.others = [held(BOB)];
  await tab.auth.prepare();
  server.switchTo = async () => {
    throw anError('unavailable', 'no_answer');
  };
  await expect(tab.auth.switchTo(BOB.account.id)).rejects.toThrow();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
});

it('lets the server keep the active account when a question about another is answered', async () => {
  server.others = [held(BOB)];
  await tab.auth.prepare();
  server.switchTo = jest.fn();
  const { signInCount } = tab.auth;
  void tab.auth.signIn({ scopes: STORAGE, account: BOB.account.id });
  server.asked.at(-1)!.finish(held());
  await pass(0);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: ALICE.account });
  expect(tab.auth.signInCount).toBe(signInCount);
  // Another browser may have switched in the meantime.
  expect(server.switchTo).not.toHaveBeenCalled();
});

it('gets the token of a user while the machine is preferred, without a prompt', async () => {
  server.savedSignIn = { ...held(), source: 'managed-identity', ambient: true };
  server.others = [held(BOB)];
  await tab.auth.prepare();
  await tab.auth.getToken(STORAGE, { account: BOB.account.username });
  expect(server.getToken).toHaveBeenLastCalledWith(
    expect.objectContaining({ account: BOB.account })
  );
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', ambient: true });
});

it('has switched once the user answers a question as another account', async () => {
  server.others = [held(BOB)];
  await tab.auth.prepare();
  void tab.auth.signIn({ scopes: STORAGE, account: BOB.account.id });
  server.asked.at(-1)!.finish(held(BOB));
  await pass(0);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
});

it('tells the panel of accounts that another browser has added', async () => {
  await tab.auth.prepare();
  const changed = jest.fn();
  tab.auth.candidatesChanged.connect(changed);
  server.others = [held(BOB)];
  server.change(held());
  await pass(5_000);
  expect(changed).toHaveBeenCalledTimes(1);
  expect(tab.auth.others).toEqual([BOB.account]);
});

// Situation: server with several accounts of one user | another browser signs out of one that is
// not active | kernels hold its tokens | they forget them with the page's next poll | nothing to do
it('has kernels forget the tokens of an account that another browser has signed out', async () => {
  server.others = [held(BOB)];
  await tab.auth.prepare();
  await pass(5_000);
  tab.states.length = 0;
  server.others = [];
  server.change(held());
  await pass(5_000);
  expect(tab.states).toEqual(['signed-in']);
  server.change(held());
  await pass(5_000);
  expect(tab.states).toEqual(['signed-in']);
});
