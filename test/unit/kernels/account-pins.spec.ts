/** @jest-environment jsdom */
import { SignOutBroadcast } from '../../../src/auth/sign-out-broadcast';
import { AccountPins } from '../../../src/kernels/account-pins';

const KEY = 'jupyter-azure-auth:account-pins:/user/a/';
const BOB = { id: 'b.t', username: 'bob@contoso.com' };

const at = (baseUrl: string): AccountPins =>
  new AccountPins(baseUrl, new SignOutBroadcast(baseUrl));
const here = (): AccountPins => at('https://hub.example/user/a/');

beforeEach(() => localStorage.clear());

it('separates the servers of one origin', () => {
  here().set('k1', BOB);
  expect(here().of('k1')).toEqual(BOB);
  expect(at('https://hub.example/user/b/').of('k1')).toBeNull();
});

it('stores the id and the user name of the account only', () => {
  here().set('k1', { ...BOB, name: 'Bob', tenantId: 't' } as typeof BOB);
  const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '');
  expect(stored).toEqual({ k1: { ...BOB, pinnedAt: expect.any(Number) } });
});

it.each(['{', 'null', '"x"', '{"k1": null}', '{"k1": {"id": 1, "username": "b", "pinnedAt": 1}}'])(
  'ignores %s in the storage',
  broken => {
    localStorage.setItem(KEY, broken);
    expect(here().of('k1')).toBeNull();
    here().set('k1', BOB);
    expect(here().of('k1')).toEqual(BOB);
  }
);

it('keeps the latest of many, even of kernels whose end no tab has seen', () => {
  for (let index = 0; index <= 100; index++) {
    here().set(`k${index}`, BOB);
  }
  expect([here().of('k0'), here().of('k1')]).toEqual([null, BOB]);
});

it('treats a choice after a sign-out as a new one', () => {
  new SignOutBroadcast('https://hub.example/user/a/').publish(BOB.id, Date.now() - 1);
  here().set('k1', BOB);
  expect(here().of('k1')).toEqual(BOB);
});

const SIGNED_OUT = {
  'of all accounts': () => here().dropAccounts(),
  'of that account alone': () => here().addAccounts([]),
  'before this page was loaded': here
};

it.each(Object.entries(SIGNED_OUT))('stores nothing of it after a sign-out %s', (_, end) => {
  here().set('k1', BOB);
  new SignOutBroadcast('https://hub.example/user/a/').publish(BOB.id, Date.now());
  end();
  expect(localStorage.getItem(KEY)).toBe('{}');
});

it('emits the change with a sign-out of all accounts', () => {
  const pins = here();
  pins.set('k1', BOB);
  const changed = jest.fn();
  pins.changed.connect((_, ids) => changed(ids));
  new SignOutBroadcast('https://hub.example/user/a/').publish(BOB.id, Date.now());
  pins.dropAccounts();
  expect(changed.mock.calls).toEqual([[['k1']]]);
});
