import { chooseAccount } from '../../../src/auth/account-choice';
import type { IAzureSignedIn } from '../../../src/tokens';
import { BOB } from '../kernels/kernel-harness';
import { ALICE, MACHINE } from '../panel/fixtures';

const CAROL = { ...BOB.account, id: 'c.f', name: 'Carol', username: 'carol@fabrikam.com' };
const OTHERS = [BOB.account, CAROL];

/** Which account's token a request gets: active account, account that it names, result. */
const ROWS: readonly (readonly [IAzureSignedIn | null, string | undefined, string | null])[] = [
  [ALICE, undefined, 'alice@contoso.com'],
  [ALICE, 'alice@contoso.com', 'alice@contoso.com'],
  [ALICE, 'ALICE@Contoso.com', 'alice@contoso.com'],
  [ALICE, 'o.t', 'alice@contoso.com'],
  [ALICE, 'bob@contoso.com', 'bob@contoso.com'],
  [ALICE, 'b.t', 'bob@contoso.com'],
  [ALICE, 'Carol@Fabrikam.com', 'carol@fabrikam.com'],
  [ALICE, 'mallory@contoso.com', null],
  [ALICE, '', null],
  // An identity of the machine is no user's account, even if its name is the one that is named.
  [MACHINE, undefined, 'alice@contoso.com'],
  [MACHINE, 'alice@contoso.com', null],
  [MACHINE, 'bob@contoso.com', 'bob@contoso.com'],
  // A refusal has ended the active account's sign-in: no other one takes its place unasked.
  [null, undefined, null],
  [null, 'alice@contoso.com', null],
  [null, 'bob@contoso.com', 'bob@contoso.com']
];

test.each(ROWS)(
  '%#: gives the account that is named, or else the active one',
  (active, wanted, username) => {
    expect(chooseAccount(active, () => OTHERS, wanted)?.username ?? null).toBe(username);
  }
);

test('prefers the active account to another one with the same name', () => {
  const twin = { ...ALICE.account, id: 'twin.t' };
  expect(chooseAccount(ALICE, () => [twin], 'alice@contoso.com')?.id).toBe('o.t');
});
