/** @jest-environment jsdom */
import { TabResponder } from '../../../src/kernels/tab-responder';
import { ALICE, FakeAuth, STORAGE } from '../panel/fixtures';
import { aToken, anError, BOB } from './kernel-harness';

const OWN = { ...ALICE, signedInAt: 1000, activeSince: 1500, expiresAt: 2000 };
const { id, name, username, tenantId } = ALICE.account;
const WIRE = { id, name, username, tenant_id: tenantId };

let auth: FakeAuth;
const post = jest.fn<Promise<ReadonlyMap<string, unknown>>, [string, object?]>();

function answer(asked: object): Promise<void> {
  post.mockReset().mockResolvedValueOnce(new Map<string, unknown>(Object.entries(asked)));
  post.mockResolvedValue(new Map());
  return new TabResponder({ auth, server: { post, baseUrl: 'https://lab.example/' } }).answer('r');
}

beforeEach(() => {
  auth = new FakeAuth();
  localStorage.clear();
  sessionStorage.clear();
});

it('declines at once in a tab without a sign-in, which may itself be asking', async () => {
  await answer({});
  expect(auth.prepare).not.toHaveBeenCalled();
  expect(post.mock.calls).toEqual([['tabs/claim', { request_id: 'r', sign_in: null }]]);
});

it('says who is signed in, after a reload too, and sends the token that is requested', async () => {
  sessionStorage.setItem('jupyter-azure-auth:signed-in:client', '{}');
  auth.prepare.mockImplementation(async () => void (auth.own = [OWN]));
  auth.getToken.mockResolvedValue(aToken({ account: ALICE.account }));
  await answer({ scopes: [...STORAGE], account: id, force: true });
  const times = { signed_in_at: 1000, active_since: 1500, expires_at: 2000 };
  const sign_in = { account: WIRE, ...times, others: [] };
  expect(post.mock.calls).toEqual([
    ['tabs/claim', { request_id: 'r', sign_in }],
    ['tabs/answer', { request_id: 'r', issued: expect.objectContaining({ account: WIRE }) }]
  ]);
  expect(auth.getToken).toHaveBeenCalledWith([...STORAGE], {
    ...{ account: id, force: true, enableCae: false }
  });
});

it('says which tenant the user has chosen', async () => {
  sessionStorage.setItem('jupyter-azure-auth:signed-in:client', '{}');
  auth.own = [OWN];
  auth.state = { ...ALICE, chosenTenantId: 'fab' };
  await answer({});
  expect(post.mock.calls[0]?.[1]).toMatchObject({ sign_in: { chosen_tenant_id: 'fab' } });
});

it('sends no token of a chosen tenant that the other tab does not know of', async () => {
  auth.own = [OWN];
  auth.state = { ...ALICE, chosenTenantId: 'fab' };
  auth.getToken.mockResolvedValue(aToken({ account: ALICE.account }));
  await answer({ scopes: [...STORAGE], account: id });
  expect(auth.getToken).toHaveBeenCalledWith([...STORAGE], expect.objectContaining({ tenantId }));
  await answer({ scopes: [...STORAGE], account: id, tenant_id: 'fab' });
  const inFab = expect.objectContaining({ tenantId: 'fab' });
  expect(auth.getToken).toHaveBeenLastCalledWith([...STORAGE], inFab);
});

it('passes a refusal on, and shows no problem of another tab', async () => {
  auth.own = [OWN];
  auth.getToken.mockRejectedValue(anError('consent_required'));
  await answer({ scopes: [...STORAGE], account: id });
  const { code } = anError('consent_required').problem;
  expect(post).toHaveBeenLastCalledWith('tabs/answer', { request_id: 'r', issued: null, code });
  expect(auth.withdraw).toHaveBeenCalledWith({ scopes: [...STORAGE], account: id });
});

it('answers a request once, and leaves it to other tabs if it comes again', async () => {
  auth.own = [OWN];
  auth.getToken.mockRejectedValue(anError('sign_in_required'));
  post.mockReset().mockResolvedValue(new Map<string, unknown>([['scopes', [...STORAGE]]]));
  const responder = new TabResponder({ auth, server: { post, baseUrl: 'https://lab.example/' } });
  await responder.answer('r');
  post.mockReset().mockResolvedValue(new Map());
  await responder.answer('r');
  expect(post.mock.calls).toEqual([['tabs/claim', { request_id: 'r', sign_in: null }]]);
});

it('shows no problem of another tab that has given up', async () => {
  auth.own = [OWN];
  auth.getToken.mockRejectedValue(anError('consent_required'));
  post.mockReset().mockResolvedValueOnce(new Map<string, unknown>([['scopes', [...STORAGE]]]));
  post.mockRejectedValue(new Error('404'));
  const server = { post, baseUrl: 'https://lab.example/' };
  await expect(new TabResponder({ auth, server }).answer('r')).rejects.toThrow('404');
  expect(auth.withdraw).toHaveBeenCalledWith({ scopes: [...STORAGE] });
});

it('makes a tab that has given up ask again', async () => {
  auth.own = [OWN];
  post.mockReset().mockRejectedValue(new Error('404'));
  const server = { post, baseUrl: 'https://lab.example/' };
  await expect(new TabResponder({ auth, server }).answer('r')).rejects.toThrow('404');
  expect(Object.keys(localStorage)).toEqual(['jupyter-azure-auth:tab-signed-in:/']);
});

it('lists accounts that are not active, and sends tokens of their own tenant', async () => {
  auth.own = [OWN, { ...OWN, ...BOB, signedInAt: 900, expiresAt: 1900 }];
  auth.state = ALICE;
  auth.others = [BOB.account];
  const tenants = new Map([['b.t', 'fab']]);
  jest.spyOn(auth, 'chosenTenantFor').mockImplementation(account => tenants.get(account ?? ''));
  auth.getToken.mockResolvedValue(aToken({ account: BOB.account }));
  await answer({ scopes: [...STORAGE], account: 'b.t' });
  const { id, name, username, tenantId } = BOB.account;
  const account = { id, name, username, tenant_id: tenantId };
  const others = [{ account, signed_in_at: 900, expires_at: 1900, chosen_tenant_id: 'fab' }];
  expect(post.mock.calls[0]?.[1]).toMatchObject({ sign_in: { account: WIRE, others } });
  const asBob = expect.objectContaining({ account: 'b.t', tenantId });
  expect(auth.getToken).toHaveBeenCalledWith([...STORAGE], asBob);
});
