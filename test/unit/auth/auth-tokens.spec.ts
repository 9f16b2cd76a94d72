/** @jest-environment jsdom */
import cases from '../../cases/allowed-resources.json';
import { AzureAuthError } from '../../../src/auth/errors';
import type { Configuration } from '../../../src/auth/config';
import type { IAzureToken } from '../../../src/tokens';
import { BOB, aToken, anError } from '../kernels/kernel-harness';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import { TOKEN_REQUEST, TabHarness, attention, settle, signIn } from './tab-harness';

let tab: TabHarness;

beforeEach(() => {
  tab = new TabHarness();
});

describe('signing out', () => {
  it('forgets the user, even twice', async () => {
    await tab.signInAs();
    await tab.auth.signOut();
    expect(tab.states).toEqual(['signed-out']);
    expect(tab.source.clear).toHaveBeenCalledWith(false);
    await tab.auth.signOut();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  });

  it('works after a reload, before the first lookup', async () => {
    tab.source.savedSignIn = signIn();
    await tab.auth.signOut();
    expect(tab.source.savedSignIn).toBeNull();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('works for a sign-in that has ended, whose tokens kernels may still hold', async () => {
    await tab.signInAs();
    tab.source.getToken.mockRejectedValue(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toThrow(AzureAuthError);
    await tab.auth.signOut();
    expect(tab.source.savedSignIn).toBeNull();
    expect(tab.states).toEqual(['needs-attention sign_in_ended', 'signed-out']);
  });

  it('takes effect during a sign-in', async () => {
    await tab.signInAs();
    const ended = tab.auth.signIn(TOKEN_REQUEST);
    await tab.auth.signOut();
    expect(await ended).toEqual({ kind: 'signed-out' });
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it('works even if the storage is full', async () => {
    await tab.signInAs();
    const full = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('QuotaExceededError');
    });
    await expect(tab.auth.signOut()).rejects.toThrow('Quota');
    full.mockRestore();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
    expect(tab.source.savedSignIn).toBeNull();
  });

  it('drops a token that arrives afterwards', async () => {
    await tab.signInAs();
    let come: (token: IAzureToken) => void = () => undefined;
    tab.source.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
    const token = tab.auth.getToken(STORAGE);
    await settle();
    await tab.auth.signOut();
    come(aToken());
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.source.clear).toHaveBeenCalledTimes(2);
  });
});

describe('another tab', () => {
  it('signs this one out', async () => {
    await tab.signInAs();
    tab.elsewhere(notice => notice.publish(ALICE.account.id, Date.now()));
    await settle();
    expect(tab.states).toEqual(['signed-out']);
    expect(tab.source.savedSignIn).toBeNull();
  });

  it('signs it out in the middle of another sign-in', async () => {
    await tab.signInAs();
    void tab.auth.signIn(TOKEN_REQUEST);
    tab.elsewhere(notice => notice.publish(ALICE.account.id, Date.now()));
    await settle();
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });

  it.each([
    ['another user', BOB.account.id, 0],
    ['an earlier sign-in', ALICE.account.id, -60_000]
  ])('that signs out %s changes nothing here', async (_, id, when) => {
    await tab.signInAs();
    tab.elsewhere(notice => notice.publish(id, Date.now() + when));
    await settle();
    expect(tab.auth.state).toEqual(ALICE);
  });

  it('is followed by a discarded tab that comes back', async () => {
    tab.source.savedSignIn = signIn();
    tab.elsewhere(notice => notice.publish(ALICE.account.id, Date.now()));
    tab.load();
    await tab.auth.prepare();
    expect(tab.states).toEqual(['signed-out']);
    expect(tab.source.clear).toHaveBeenCalledWith(true);
  });

  it('is notified of a sign-out here', async () => {
    await tab.signInAs();
    await tab.auth.signOut();
    expect(tab.otherTabs.wasSignedOutSince(ALICE.account.id, Date.now() - 1000)).toBe(true);
  });
});

describe('a token', () => {
  it('is asked for once for all concurrent callers', async () => {
    await tab.signInAs();
    const same = [tab.auth.getToken(STORAGE), tab.auth.getToken(STORAGE[0]!)];
    const others = [
      tab.auth.getToken(MANAGEMENT),
      tab.auth.getToken(STORAGE, { enableCae: true }),
      tab.auth.getToken(STORAGE, { force: true }),
      tab.auth.getToken(STORAGE, { claims: '{}' }),
      tab.auth.getToken(STORAGE, { tenantId: 't' })
    ];
    const [one, two] = await Promise.all(same);
    expect(one).toBe(two);
    await Promise.all(others);
    expect(tab.source.getToken).toHaveBeenCalledTimes(6);
    await tab.auth.getToken(STORAGE);
    expect(tab.source.getToken).toHaveBeenCalledTimes(7);
  });

  it('is requested with every field', async () => {
    await tab.signInAs();
    const options = { claims: '{}', tenantId: 't', force: true, enableCae: true };
    await tab.auth.getToken(STORAGE, {
      ...options,
      account: 'ALICE@contoso.com',
      cloud: 'AzureCloud'
    });
    expect(tab.source.getToken).toHaveBeenCalledWith({
      scopes: STORAGE,
      account: ALICE.account,
      ...options
    });
  });

  it.each([
    [
      'account',
      { account: 'bob@contoso.com' },
      { code: 'sign_in_required', problem: { request: { account: 'bob@contoso.com' } } }
    ],
    [
      'cloud',
      { cloud: 'AzureChinaCloud' },
      { code: 'unavailable', problem: { code: 'other_cloud', detail: 'AzureCloud' } }
    ]
  ])('for another %s is unavailable', async (_, options, error) => {
    await tab.signInAs();
    await expect(tab.auth.getToken(STORAGE, options)).rejects.toMatchObject(error);
    expect(tab.source.getToken).not.toHaveBeenCalled();
    expect(tab.auth.state).toEqual(ALICE);
  });

  it('that fails because of the network ends no sign-in', async () => {
    await tab.signInAs();
    tab.source.getToken.mockRejectedValueOnce(anError('unavailable', 'network'));
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'unavailable' });
    expect([tab.auth.state, tab.states]).toEqual([ALICE, []]);
  });

  it('that requires consent says so until it arrives', async () => {
    await tab.signInAs();
    const problem = { code: 'consent_required', detail: null, request: TOKEN_REQUEST } as const;
    tab.source.getToken.mockRejectedValueOnce(new AzureAuthError('consent_required', problem));
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'consent_required' });
    expect(tab.auth.state).toEqual(attention('consent_required', ALICE));
    await tab.auth.getToken(MANAGEMENT);
    expect(tab.auth.state).toEqual(attention('consent_required', ALICE));
    await tab.auth.getToken(STORAGE);
    expect(tab.auth.state).toEqual(ALICE);
  });

  it('never belongs to a user who has since signed out', async () => {
    await tab.signInAs();
    let come: (token: IAzureToken) => void = () => undefined;
    tab.source.getToken.mockReturnValueOnce(new Promise(resolve => (come = resolve)));
    const token = tab.auth.getToken(STORAGE);
    await settle();
    tab.source.getToken.mockImplementation(async () => aToken({ account: BOB.account }));
    await tab.signInAs(BOB);
    come(aToken());
    expect((await token).account).toEqual(BOB.account);
  });
});

describe('a resource limit', () => {
  it.each(cases)('$scope is given as $allowed allow', async ({ scope, allowed, gives }) => {
    const configured = await tab.readConfig();
    tab.readConfig.mockResolvedValue({ ...configured, allowedResources: allowed } as Configuration);
    tab.auth = tab.load();
    await tab.signInAs();
    const token = tab.auth.getToken(scope);
    if (gives) {
      expect((await token).token).toBe('TOKEN');
    } else {
      await expect(token).rejects.toMatchObject({ problem: { code: 'resource_not_allowed' } });
      expect(tab.source.getToken).not.toHaveBeenCalled();
    }
    expect(tab.auth.state).toEqual(ALICE);
  });
});
