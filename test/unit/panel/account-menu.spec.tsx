/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { chooseTenant } from '../../../src/panel/tenants';
import { AccountMenu } from '../../../src/panel/account-menu';
import type { IAzureSignedIn } from '../../../src/tokens';
import { anError, BOB } from '../kernels/kernel-harness';
import { ALICE, type FakeAuth, MACHINE } from './fixtures';
import { type Place, withPlace } from './render';

let auth: FakeAuth;
let place: Place;
withPlace((newAuth, newPlace) => {
  auth = newAuth;
  place = newPlace;
});

const FABRIKAM = 'fab00000-0000-4000-8000-000000000002';
const writeText = jest.fn(async () => undefined);
const menu = (): HTMLDetailsElement => place.host.querySelector('details')!;

function show(signedIn: IAzureSignedIn | null): void {
  place.show(<AccountMenu auth={auth} signedIn={signedIn} trans={nullTranslator.load('')} />);
}

async function open(signedIn = ALICE): Promise<void> {
  Object.assign(navigator, { clipboard: { writeText } });
  show(signedIn);
  await act(async () => {
    menu().open = true;
    menu().dispatchEvent(new Event('toggle'));
  });
}

function answer(ok: boolean, body: object): void {
  auth.getToken.mockResolvedValue({ token: 'TOKEN' });
  global.fetch = jest.fn(async () => ({ ok, status: 200, json: async () => body }) as Response);
}

it('switches with one click, adds accounts, and copies what identifies the account', async () => {
  auth.others = [BOB.account];
  await open();
  expect(place.text).toContain(
    'After you switch, kernels use the new account from their next request on.'
  );
  await place.press('Switch to bob@contoso.com');
  expect(auth.switchTo).toHaveBeenCalledWith('b.t');
  await place.press('Add another account');
  expect(auth.signIn).toHaveBeenCalledWith({ scopes: [], prompt: true });
  await place.press('Copy user name');
  await place.press('Copy tenant ID');
  await place.press('Copy object ID');
  expect(writeText.mock.calls).toEqual([['alice@contoso.com'], ['contoso-id'], ['o']]);
});

it('leaves a switch to the tab that has signed in', async () => {
  auth.others = [BOB.account];
  await open({ ...ALICE, persistedIn: 'other-tab' });
  expect(place.text).not.toContain('bob@contoso.com');
});

it('is as open as before when another account has been added', async () => {
  await open();
  for (const none of [null, MACHINE]) {
    show(none);
    expect([menu().hidden, place.labels]).toEqual([true, []]);
  }
  show(BOB);
  expect([menu().hidden, menu().open]).toEqual([false, true]);
  expect(place.labels).toContain('Add another account');
});

it('says how long the server keeps the other accounts', async () => {
  await open({ ...ALICE, persistedIn: 'keychain' });
  expect(place.labels).toContain('Add another account');
  expect(place.text).toContain('keeps the others until you sign out or it stops.');
});

it('adds an account with a code if the current one was signed in with a code', async () => {
  await open({ ...ALICE, source: 'device-code', persistedIn: 'memory' });
  await place.press('Add another account');
  expect(auth.signIn).toHaveBeenCalledWith({ scopes: [], prompt: true }, 'device-code');
});

it('follows another browser that adds and removes accounts at the server', async () => {
  await open({ ...ALICE, persistedIn: 'memory' });
  expect(place.labels).not.toContain('Switch to bob@contoso.com');
  auth.others = [BOB.account];
  await act(async () => auth.candidatesChanged.emit());
  expect(place.labels).toContain('Switch to bob@contoso.com');
});

it('signs out of one of the others', async () => {
  auth.others = [BOB.account];
  auth.signOutOf.mockRejectedValueOnce(new Error());
  await open();
  await place.press('Sign out');
  expect(auth.signOutOf).toHaveBeenCalledWith('b.t');
  expect(place.host.querySelector('[aria-label="Sign out of bob@contoso.com"]')).not.toBeNull();
  expect(auth.signOut).not.toHaveBeenCalled();
  expect(place.text).toContain('The Jupyter server did not respond');
  await place.press('Sign out');
  expect(place.text).not.toContain('The Jupyter server did not respond');
});

it.each(['stateChanged', 'candidatesChanged'] as const)('follows %s', async signal => {
  auth.others = [BOB.account];
  await open();
  auth.others = [];
  await act(async () => void auth[signal].emit(ALICE as never));
  expect(place.labels).not.toContain('Switch to bob@contoso.com');
});

it('says that the server did not respond, and switches when it does', async () => {
  auth.others = [BOB.account];
  auth.switchTo.mockRejectedValueOnce(new Error());
  await open({ ...ALICE, persistedIn: 'memory' });
  await place.press('Switch to bob@contoso.com');
  expect(place.text).toContain('The Jupyter server did not respond');
});

it('names directories, guest directories included, and copies their ids', async () => {
  const guest = { tenantId: FABRIKAM, displayName: 'Fabrikam', defaultDomain: 'fabrikam.com' };
  answer(true, { value: [guest, { tenantId: 'javascript:' }, null] });
  await open();
  await place.press('Show my directories');
  expect(place.text).toContain('Fabrikamfabrikam.comUse this directoryCopy tenant ID');
  expect(global.fetch).toHaveBeenCalledWith(
    'https://management.azure.com/tenants?api-version=2022-12-01',
    expect.objectContaining({ headers: { Authorization: 'Bearer TOKEN' } })
  );
  expect(place.host.innerHTML).not.toContain('TOKEN');
});

describe('the choice of a directory', () => {
  const CONTOSO = 'c0000000-1111-4222-8333-000000000001';
  const account = { ...ALICE.account, tenantId: CONTOSO };
  const chosen = { ...ALICE, account, chosenTenantId: FABRIKAM };
  const directories = [
    { tenantId: CONTOSO, displayName: 'Contoso', defaultDomain: 'contoso.com' },
    { tenantId: FABRIKAM, displayName: 'Fabrikam', defaultDomain: 'fabrikam.com' }
  ];

  async function list(signedIn = ALICE): Promise<void> {
    answer(true, { value: directories });
    await open(signedIn);
    await place.press('Show my directories');
  }

  it('is made once Azure has issued a token of it', async () => {
    await list({ ...ALICE, account });
    expect(place.text).toContain('Contoso (current)');
    auth.getToken.mockClear();
    await place.press('Use this directory');
    expect(auth.getToken).toHaveBeenCalledWith(['https://management.azure.com/.default'], {
      ...{ tenantId: FABRIKAM, account: account.id }
    });
    expect(auth.chooseTenant).toHaveBeenCalledWith(account.id, FABRIKAM);
  });

  it('is undone without asking Azure', async () => {
    await list(chosen);
    expect(place.text).toContain('Fabrikam (current)');
    auth.getToken.mockClear();
    await place.press('Use home directory');
    await place.press('Use this directory');
    expect(auth.getToken).not.toHaveBeenCalled();
    expect(auth.chooseTenant.mock.calls).toEqual([
      [account.id, null],
      [account.id, null]
    ]);
  });

  it('is not made if Azure refuses it, and says why', async () => {
    await list({ ...ALICE, account });
    auth.getToken.mockRejectedValue(anError('wrong_tenant', 'wrong_tenant'));
    await place.press('Use this directory');
    expect(place.text).toContain('(wrong_tenant).');
    expect(auth.chooseTenant).not.toHaveBeenCalled();
  });

  const consent = anError('consent_required', 'consent_required');
  const attention = {
    kind: 'needs-attention',
    problem: consent.problem,
    signedIn: { ...ALICE, account }
  } as const;

  /** Choose a directory that Azure asks a question about, which the panel then shows. */
  async function chooseWithQuestion(): Promise<void> {
    await list({ ...ALICE, account });
    auth.setState(attention);
    auth.getToken.mockRejectedValueOnce(consent);
    await place.press('Use this directory');
    expect(place.text).not.toContain('(consent_required)');
    expect(auth.chooseTenant).not.toHaveBeenCalled();
  }

  // Situation: any sign-in | the directory that the user chooses asks for consent or another factor |
  // the user answers it | the directory is used, without another click; after Cancel, the previous one |
  // nothing to do
  it('continues by itself once the user has answered a question', async () => {
    await chooseWithQuestion();
    auth.setState({ kind: 'signing-in', method: 'popup', deviceCode: null });
    // The answer may lead to another question.
    auth.getToken.mockRejectedValueOnce(consent);
    auth.signInCount += 1;
    await act(async () => auth.setState(ALICE));
    expect(auth.chooseTenant).not.toHaveBeenCalled();
    auth.signInCount += 1;
    await act(async () => auth.setState(ALICE));
    expect(auth.chooseTenant.mock.calls).toEqual([[account.id, FABRIKAM]]);
  });

  it('is given up if the user cancels the question', async () => {
    await chooseWithQuestion();
    auth.getToken.mockClear();
    await act(async () => auth.setState(ALICE));
    auth.signInCount += 1;
    await act(async () => auth.setState({ ...ALICE }));
    expect(auth.getToken).not.toHaveBeenCalled();
    expect(auth.chooseTenant).not.toHaveBeenCalled();
  });

  it('is the later one, however late Azure answers the earlier one', async () => {
    await list(chosen);
    let answerEarlier = (): void => undefined;
    auth.getToken.mockReturnValueOnce(new Promise<void>(resolve => (answerEarlier = resolve)));
    const use = (tenantId: string): Promise<void> => chooseTenant(auth, account, tenantId);
    const earlier = use(FABRIKAM);
    await use(CONTOSO);
    answerEarlier();
    await earlier;
    expect(auth.chooseTenant.mock.calls).toEqual([[account.id, null]]);
  });

  it('withdraws the question of an earlier one', async () => {
    await chooseWithQuestion();
    auth.withdraw.mockImplementationOnce(() => auth.setState(ALICE));
    await chooseTenant(auth, account, CONTOSO);
    expect(auth.withdraw).toHaveBeenCalledWith({
      ...{ scopes: ['https://management.azure.com/.default'], tenantId: FABRIKAM },
      account: account.id
    });
    auth.signInCount += 1;
    await act(async () => auth.setState({ ...ALICE }));
    expect(auth.chooseTenant.mock.calls).toEqual([[account.id, null]]);
  });

  it('says nothing of an earlier one that fails', async () => {
    await list({ ...ALICE, account });
    let fail = (): void => undefined;
    auth.getToken.mockReturnValueOnce(new Promise((_, reject) => (fail = () => reject(consent))));
    const earlier = chooseTenant(auth, account, FABRIKAM);
    await chooseTenant(auth, account, CONTOSO);
    auth.withdraw.mockClear();
    fail();
    await earlier;
    expect(auth.withdraw).toHaveBeenCalledTimes(1);
    expect(auth.chooseTenant.mock.calls).toEqual([[account.id, null]]);
  });

  it('is made in the other tab if that one has signed in', async () => {
    await list({ ...chosen, persistedIn: 'other-tab' });
    expect(place.text).toContain('Choose the directory in the tab in which you signed in.');
    expect(place.text).not.toContain('Use this directory');
    expect(place.text).not.toContain('Use home directory');
  });
});

it.each([
  [true, {}, 'cannot reach Azure Resource Manager.'],
  [false, { value: [] }, 'Azure Resource Manager refused them (200).']
])('says that they cannot be read: ok %s, %j', async (ok, body, expected) => {
  answer(ok, body);
  await open();
  await place.press('Show my directories');
  expect(place.text).toContain(expected);
});

it('reads them once, however often the user clicks, and again after a failure', async () => {
  await open();
  auth.getToken.mockRejectedValueOnce(new TypeError());
  await place.press('Show my directories');
  auth.getToken.mockReset().mockReturnValue(new Promise(() => undefined));
  await place.press('Show my directories');
  await place.press('Show my directories');
  expect(place.text).toContain('Loading your directories…');
  expect(auth.getToken).toHaveBeenCalledTimes(1);
});
