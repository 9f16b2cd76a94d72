/** @jest-environment jsdom */
import type { IOtherAccounts, ISignIn } from '../../../src/providers/provider';
import type { IAzureToken } from '../../../src/tokens';
import { anError, aToken, BOB } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { attention, settle, TabHarness, signIn } from './tab-harness';

const FABRIKAM = 'fab00000-1111-4222-8333-000000000002';
const OTHER = 'c0000000-1111-4222-8333-000000000001';

let tab: TabHarness;

beforeEach(async () => {
  sessionStorage.clear();
  tab = new TabHarness();
  await tab.signInAs();
});

const askedTenant = (): unknown => {
  const [request] = tab.source.getToken.mock.lastCall as unknown as [{ tenantId?: string }];
  return request.tenantId;
};

/** A tab in which alice is active and bob is signed in, too. */
function addBob(): void {
  let others = [signIn(BOB)];
  const accounts: IOtherAccounts = {
    get others() {
      return others;
    },
    switchTo: async () => {
      others = [signIn(ALICE)];
      tab.source.savedSignIn = signIn(BOB);
    },
    signOut: async () => undefined,
    forget: async () => undefined
  };
  Object.assign(tab.source, { accounts });
}

/** Who asks, which tenant the request names, which tenant's token it gets. */
it.each([
  [undefined, undefined, FABRIKAM],
  [undefined, OTHER, OTHER],
  ['alice@contoso.com', undefined, FABRIKAM],
  ['bob@contoso.com', undefined, undefined],
  ['bob@contoso.com', OTHER, OTHER]
])('asks as %s, of the tenant %s, for %s', async (account, tenantId, asked) => {
  addBob();
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in', chosenTenantId: FABRIKAM });
  await tab.auth.getToken(STORAGE, { ...(account && { account }), ...(tenantId && { tenantId }) });
  expect(askedTenant()).toBe(asked);
});

it('goes back to the account’s own', async () => {
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  tab.auth.chooseTenant(ALICE.account.id, null);
  expect(tab.auth.state).not.toHaveProperty('chosenTenantId');
  await tab.auth.getToken(STORAGE);
  expect(askedTenant()).toBeUndefined();
});

it('is of its account, and is remembered after a reload', async () => {
  addBob();
  tab.auth.chooseTenant(BOB.account.id, OTHER);
  expect(tab.auth.chosenTenantFor()).toBeUndefined();
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  await tab.auth.switchTo(BOB.account.id);
  expect(tab.auth.state).not.toHaveProperty('chosenTenantId');
  expect(tab.auth.chosenTenantFor('alice@contoso.com')).toBe(FABRIKAM);
  tab.source.savedSignIn = signIn(ALICE);
  await tab.load().prepare();
  expect(tab.auth.state).toMatchObject({ account: ALICE.account, chosenTenantId: FABRIKAM });
});

it('is forgotten on a sign-out', async () => {
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  await tab.auth.signOut();
  await tab.signInAs();
  expect(tab.auth.state).not.toHaveProperty('chosenTenantId');
});

it('is forgotten with an account that another tab signs out', async () => {
  addBob();
  await tab.auth.switchTo(BOB.account.id);
  tab.auth.chooseTenant(BOB.account.id, OTHER);
  Object.assign(tab.source, {
    accounts: {
      others: [signIn(BOB)],
      switchTo: async () => undefined,
      signOut: async () => undefined,
      forget: async () => undefined
    }
  });
  await tab.signInAs();
  tab.elsewhere(notice => notice.publish(BOB.account.id, Date.now()));
  await settle();
  expect(sessionStorage.getItem('jupyter-azure-auth:chosen-tenants')).toBe('{}');
});

it('gives no token of the previous tenant to a request that waits during the choice', async () => {
  let answer: (token: IAzureToken) => void = () => undefined;
  tab.source.getToken
    .mockReturnValueOnce(new Promise(resolve => (answer = resolve)))
    .mockResolvedValueOnce(aToken({ token: 'OF FABRIKAM' }));
  const token = tab.auth.getToken(STORAGE);
  await settle();
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  answer(aToken({ token: 'OF CONTOSO' }));
  expect((await token).token).toBe('OF FABRIKAM');
});

// Situation: any sign-in | a directory is chosen in which Azure asks for consent | the next token |
// the panel asks, in a window of that directory | continue signing in
it('reports a prompt of that tenant as one about the request, and prompts there', async () => {
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  tab.source.getToken.mockRejectedValueOnce(
    Object.assign(anError('consent_required', 'consent_required'), {
      problem: {
        code: 'consent_required',
        detail: null,
        request: { scopes: STORAGE, tenantId: FABRIKAM }
      }
    })
  );
  const request = { scopes: STORAGE };
  await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ problem: { request } });
  expect(tab.auth.state).toMatchObject(attention('consent_required', ALICE));
  void tab.auth.signIn(request);
  expect(tab.source.signIn.mock.lastCall?.[0]).toEqual({ ...request, tenantId: FABRIKAM });
  const { account } = signIn(ALICE);
  tab.source.asked.at(-1)!.finish({ ...signIn(), account: { ...account, tenantId: FABRIKAM } });
  await settle();
  // The window was of another tenant than the account's own.
  expect(tab.auth.state).toMatchObject({ account, chosenTenantId: FABRIKAM });
});

it('does not change the tenant of a window in which the user chooses an account', async () => {
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  const request = { scopes: [], prompt: true };
  void tab.auth.signIn(request);
  expect(tab.source.signIn.mock.lastCall?.[0]).toEqual(request);
});

it('asks no other account to sign in to a tenant that was chosen for one', () => {
  tab.auth.chooseTenant(ALICE.account.id, FABRIKAM);
  const request = { scopes: STORAGE, account: 'carol@fabrikam.com' };
  void tab.auth.signIn(request);
  expect(tab.source.signIn.mock.lastCall?.[0]).toEqual(request);
});

it('follows the tab whose sign-in it uses', async () => {
  const borrowed: ISignIn = { ...signIn(), persistedIn: 'other-tab' };
  let found: ISignIn = borrowed;
  const announced = new StorageEvent('storage', { key: 'announced' });
  tab.source.savedSignIn = borrowed;
  tab.createProviders.mockResolvedValue({
    ...{ methods: [], providers: [tab.source], server: null },
    tabs: {
      provider: tab.source,
      find: async () => found,
      announce: () => undefined,
      isAnnouncement: ({ key }) => key === 'announced'
    }
  });
  await tab.load().prepare();
  expect(tab.auth.state).not.toHaveProperty('chosenTenantId');
  found = { ...borrowed, chosenTenantId: FABRIKAM };
  window.dispatchEvent(announced);
  await settle();
  expect(tab.auth.state).toMatchObject({ chosenTenantId: FABRIKAM });
  await tab.auth.getToken(STORAGE);
  expect(askedTenant()).toBe(FABRIKAM);
  // An account that signed in earlier, and is active there now.
  found = { ...signIn(BOB), persistedIn: 'other-tab', signedInAt: 1 };
  window.dispatchEvent(announced);
  await settle();
  expect(tab.auth.state).toMatchObject({ account: BOB.account });
});
