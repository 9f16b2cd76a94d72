/** @jest-environment jsdom */
import { OtherTabs } from '../../../src/providers/other-tabs';
import type { ISilentRequest } from '../../../src/providers/provider';
import { ServerExtensionError } from '../../../src/server-api/client';
import { ALICE, STORAGE } from '../panel/fixtures';

const { id, name, username, tenantId } = ALICE.account;
const WIRE = { id, name, username, tenant_id: tenantId };
const SIGN_IN = { account: WIRE, signed_in_at: 1000, expires_at: 2000 };
const AS_BOB = { ...SIGN_IN, account: { ...WIRE, id: 'bob.t' }, signed_in_at: 3000 };
const TOKEN = { token: 'TOKEN', expires_on: 5000, expires_in: 3600, account: WIRE };
const REQUEST: ISilentRequest = {
  ...{ scopes: [...STORAGE], account: ALICE.account, force: true, enableCae: false }
};

/** Answers of the server, the last one again and again. */
let results: (object | Error)[];
const post = jest.fn(async (...[route]: [string, object?]) => {
  const result = results.length > 1 ? results.shift()! : results[0]!;
  if (route === 'tabs/result' && result instanceof Error) {
    throw result;
  }
  return new Map<string, unknown>(
    Object.entries(route === 'tabs/ask' ? { request_id: 'r-1' } : result)
  );
});

let tabs: OtherTabs;

beforeEach(() => {
  jest.useFakeTimers();
  post.mockClear();
  localStorage.clear();
  tabs = new OtherTabs({ post, baseUrl: 'https://lab.example/user/' }, 'AzureCloud');
});
afterEach(() => jest.useRealTimers());

/** Let the time pass that the other tabs take. */
async function when<Result>(pending: Promise<Result>): Promise<Result> {
  pending.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(30_000);
  return pending;
}

const found = (...signIns: object[]): object[] => [{}, { sign_ins: signIns, over: true }];

describe('the sign-ins of other tabs', () => {
  it('are those that the server reports', async () => {
    results = [{}, { sign_ins: [], over: false }, { sign_ins: [SIGN_IN], over: true }];
    await expect(when(tabs.restore())).resolves.toEqual({
      ...{ account: ALICE.account, source: 'popup', ambient: false, persistedIn: 'other-tab' },
      ...{ persistableIn: null, signedInAt: 1000, expiresAt: 2000 }
    });
    expect(post.mock.calls.map(([route]) => route)).toEqual([
      ...['tabs/ask', 'tabs/result', 'tabs/result']
    ]);
  });

  it('say which tenant the user has chosen there', async () => {
    const chosenTenantId = 'fab00000-1111-4222-8333-000000000002';
    results = found({ ...SIGN_IN, chosen_tenant_id: chosenTenantId });
    await expect(when(tabs.restore())).resolves.toMatchObject({ chosenTenantId });
    results = found({ ...SIGN_IN, chosen_tenant_id: 'x' });
    await expect(when(tabs.restore())).resolves.toMatchObject({ chosenTenantId: undefined });
  });

  it('come with those of accounts that are not active there', async () => {
    const chosenTenantId = 'fab00000-1111-4222-8333-000000000002';
    const bob = { ...AS_BOB, signed_in_at: 900, chosen_tenant_id: chosenTenantId };
    results = found({ ...SIGN_IN, others: [bob, { account: 7 }] });
    await expect(when(tabs.restore())).resolves.not.toHaveProperty('others');
    expect(tabs.accounts.others).toMatchObject([
      { account: { id: 'bob.t' }, persistedIn: 'other-tab', signedInAt: 900, chosenTenantId }
    ]);
    await tabs.accounts.forget('bob.t');
    expect(tabs.accounts.others).toEqual([]);
    results = found({ ...SIGN_IN, others: [bob] });
    await when(tabs.restore());
    results = found(SIGN_IN, AS_BOB);
    await when(tabs.restore());
    expect(tabs.accounts.others).toEqual([]);
  });

  it('are those of all tabs that use the same account, each account once', async () => {
    const carol = { ...AS_BOB, account: { ...AS_BOB.account, id: 'carol.t' } };
    const dave = { ...AS_BOB, account: { ...AS_BOB.account, id: 'dave.t' } };
    results = found(
      { ...SIGN_IN, others: [AS_BOB, carol] },
      { ...SIGN_IN, active_since: 1500, others: [carol] },
      { ...dave, others: [{ ...AS_BOB, account: { ...AS_BOB.account, id: 'erin.t' } }] }
    );
    await when(tabs.find(id));
    expect(tabs.accounts.others.map(({ account }) => account.id)).toEqual(['bob.t', 'carol.t']);
  });

  it('are none if there are two accounts, unless this tab uses one of them', async () => {
    results = found(SIGN_IN, AS_BOB);
    await expect(when(tabs.restore())).resolves.toBeNull();
    results = found(SIGN_IN, AS_BOB);
    await expect(when(tabs.find(id))).resolves.toMatchObject({ account: ALICE.account });
    results = found(SIGN_IN, { ...SIGN_IN, signed_in_at: 1500 });
    await expect(when(tabs.restore())).resolves.toMatchObject({ signedInAt: 1500 });
    results = found({ ...SIGN_IN, active_since: 1600 }, { ...SIGN_IN, signed_in_at: 1500 });
    await expect(when(tabs.restore())).resolves.toMatchObject({ activeSince: 1600 });
  });

  it('are unknown while a tab does not answer, and used if another one has', async () => {
    results = [{ sign_ins: [], over: false }];
    await expect(when(tabs.find(null))).rejects.toMatchObject({ code: 'unavailable' });
    expect(post).toHaveBeenLastCalledWith('tabs/result', { request_id: 'r-1', last: true });
    await expect(when(tabs.restore())).resolves.toBeNull();
    results = [{ sign_ins: [SIGN_IN], over: false }];
    await expect(when(tabs.find(null))).resolves.toMatchObject({ account: ALICE.account });
  });

  it('from before a sign-out here are not used', async () => {
    await tabs.clear(true);
    results = found(SIGN_IN);
    await expect(when(tabs.restore())).resolves.not.toBeNull();
    await tabs.clear(false);
    results = found(SIGN_IN);
    await expect(when(tabs.restore())).resolves.toBeNull();
    for (const since of ['signed_in_at', 'active_since']) {
      results = found({ ...SIGN_IN, [since]: Date.now() + 60_000 });
      await expect(when(tabs.restore())).resolves.not.toBeNull();
    }
  });

  it.each([{}, { sign_ins: [{ account: WIRE }, null, { ...SIGN_IN, account: {} }] }])(
    'are none in an answer that is malformed: %j',
    async answer => {
      results = [{}, { ...answer, over: true }];
      await expect(when(tabs.restore())).resolves.toBeNull();
    }
  );
});

describe('a token of another tab', () => {
  it('is requested for the account, with everything that it has to meet', async () => {
    results = [{}, { ...TOKEN, over: true }];
    await expect(when(tabs.getToken(REQUEST))).resolves.toMatchObject({
      ...{ token: 'TOKEN', account: ALICE.account }
    });
    expect(post).toHaveBeenCalledWith('tabs/ask', {
      ...{ scopes: [...STORAGE], account: id, cloud: 'AzureCloud', force: true, enable_cae: false }
    });
  });

  it.each([
    ['no tab has one', { over: true }],
    ['no tab answers', { over: false }],
    ['it is of another account', { ...TOKEN, account: AS_BOB.account, over: true }]
  ])('is missing if %s', async (_, answer) => {
    results = [{}, answer];
    await expect(when(tabs.getToken(REQUEST))).rejects.toMatchObject({
      ...{ code: 'sign_in_required', problem: { code: 'other_tab_closed' } }
    });
  });

  it('that Azure refuses to the other tab is refused here', async () => {
    results = [{}, new ServerExtensionError(403, 'consent_required', null)];
    await expect(when(tabs.getToken(REQUEST))).rejects.toMatchObject({ code: 'consent_required' });
  });
});

it('tells the other tabs of this server, and no others, of a sign-in', () => {
  const heard = (key: string | null): boolean =>
    tabs.isAnnouncement(new StorageEvent('storage', { key }));
  tabs.announce();
  const [key = ''] = Object.keys(localStorage);
  const [first] = Object.values(localStorage);
  expect([heard(key), heard(`${key}other/`), heard(null)]).toEqual([true, false, false]);
  tabs.announce();
  expect(Object.values(localStorage)).not.toEqual([first]);
  expect(JSON.stringify(localStorage)).not.toContain(username);
});
