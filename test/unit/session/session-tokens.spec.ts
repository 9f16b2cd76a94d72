/** @jest-environment jsdom */
import { AzureAuthError } from '../../../src/session/errors';
import type { IAzureToken } from '../../../src/tokens';
import { BOB, aToken, anError } from '../kernels/stage';
import { ALICE, MANAGEMENT, STORAGE } from '../panel/fixtures';
import { NEED, Tab, attention, settle, signIn } from './tab';

let tab: Tab;

beforeEach(() => {
  tab = new Tab();
});

describe('signing out', () => {
  it('forgets the user, also twice', async () => {
    await tab.enter();
    await tab.session.signOut();
    expect(tab.states).toEqual(['signed-out']);
    expect(tab.source.forget).toHaveBeenCalledWith(false);
    await tab.session.signOut();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
  });

  it('works after a reload, before anybody has looked', async () => {
    tab.source.kept = signIn();
    await tab.session.signOut();
    expect(tab.source.kept).toBeNull();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('works for a sign-in that has ended, whose tokens kernels may still hold', async () => {
    await tab.enter();
    tab.source.getToken.mockRejectedValue(anError());
    await expect(tab.session.getToken(STORAGE)).rejects.toThrow(AzureAuthError);
    await tab.session.signOut();
    expect(tab.source.kept).toBeNull();
    expect(tab.states).toEqual(['needs-attention sign_in_ended', 'signed-out']);
  });

  it('stands, though a sign-in was under way', async () => {
    await tab.enter();
    const ended = tab.session.signIn(NEED);
    await tab.session.signOut();
    expect(await ended).toEqual({ kind: 'signed-out' });
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it('works though the storage is full', async () => {
    await tab.enter();
    const full = jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new Error('QuotaExceededError');
    });
    await expect(tab.session.signOut()).rejects.toThrow('Quota');
    full.mockRestore();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
    expect(tab.source.kept).toBeNull();
  });

  it('lets no token through that was on its way', async () => {
    await tab.enter();
    let come: (token: IAzureToken) => void = () => undefined;
    tab.source.getToken.mockReturnValue(new Promise(resolve => (come = resolve)));
    const token = tab.session.getToken(STORAGE);
    await settle();
    await tab.session.signOut();
    come(aToken());
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.source.forget).toHaveBeenCalledTimes(2);
  });
});

describe('another tab', () => {
  it('signs this one out', async () => {
    await tab.enter();
    tab.elsewhere(notice => notice.post(ALICE.account.id, Date.now()));
    await settle();
    expect(tab.states).toEqual(['signed-out']);
    expect(tab.source.kept).toBeNull();
  });

  it('signs it out in the middle of another sign-in', async () => {
    await tab.enter();
    void tab.session.signIn(NEED);
    tab.elsewhere(notice => notice.post(ALICE.account.id, Date.now()));
    await settle();
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });

  it.each([
    ['somebody else', BOB.account.id, 0],
    ['an earlier sign-in', ALICE.account.id, -60_000]
  ])('that signs out %s changes nothing here', async (_, id, when) => {
    await tab.enter();
    tab.elsewhere(notice => notice.post(id, Date.now() + when));
    await settle();
    expect(tab.session.state).toEqual(ALICE);
  });

  it('is obeyed by a tab that was discarded and comes back', async () => {
    tab.source.kept = signIn();
    tab.elsewhere(notice => notice.post(ALICE.account.id, Date.now()));
    tab.load();
    await tab.session.prepare();
    expect(tab.states).toEqual(['signed-out']);
    expect(tab.source.forget).toHaveBeenCalledWith(true);
  });

  it('hears of a sign-out here', async () => {
    await tab.enter();
    await tab.session.signOut();
    expect(tab.otherTabs.covers(ALICE.account.id, Date.now() - 1000)).toBe(true);
  });
});

describe('a token', () => {
  it('is asked for once by all who want the same at a time', async () => {
    await tab.enter();
    const same = [tab.session.getToken(STORAGE), tab.session.getToken(STORAGE[0]!)];
    const others = [
      tab.session.getToken(MANAGEMENT),
      tab.session.getToken(STORAGE, { enableCae: true }),
      tab.session.getToken(STORAGE, { force: true }),
      tab.session.getToken(STORAGE, { claims: '{}' }),
      tab.session.getToken(STORAGE, { tenantId: 't' })
    ];
    const [one, two] = await Promise.all(same);
    expect(one).toBe(two);
    await Promise.all(others);
    expect(tab.source.getToken).toHaveBeenCalledTimes(6);
    await tab.session.getToken(STORAGE);
    expect(tab.source.getToken).toHaveBeenCalledTimes(7);
  });

  it('is asked for with all that was wanted', async () => {
    await tab.enter();
    const wish = { claims: '{}', tenantId: 't', force: true, enableCae: true };
    await tab.session.getToken(STORAGE, {
      ...wish,
      account: 'ALICE@contoso.com',
      cloud: 'AzureCloud'
    });
    expect(tab.source.getToken).toHaveBeenCalledWith({
      scopes: STORAGE,
      account: ALICE.account,
      ...wish
    });
  });

  it.each([
    [
      'account',
      { account: 'bob@contoso.com' },
      { code: 'sign_in_required', problem: { need: { account: 'bob@contoso.com' } } }
    ],
    [
      'cloud',
      { cloud: 'AzureChinaCloud' },
      { code: 'unavailable', problem: { code: 'other_cloud', detail: 'AzureCloud' } }
    ]
  ])('for another %s is not to be had', async (_, wish, error) => {
    await tab.enter();
    await expect(tab.session.getToken(STORAGE, wish)).rejects.toMatchObject(error);
    expect(tab.source.getToken).not.toHaveBeenCalled();
    expect(tab.session.state).toEqual(ALICE);
  });

  it('that the network keeps back ends no sign-in', async () => {
    await tab.enter();
    tab.source.getToken.mockRejectedValueOnce(anError('unavailable', 'network'));
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'unavailable' });
    expect([tab.session.state, tab.states]).toEqual([ALICE, []]);
  });

  it('that wants consent says so until it comes', async () => {
    await tab.enter();
    const problem = { code: 'consent_required', detail: null, need: NEED } as const;
    tab.source.getToken.mockRejectedValueOnce(new AzureAuthError('consent_required', problem));
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'consent_required' });
    expect(tab.session.state).toEqual(attention('consent_required', ALICE));
    await tab.session.getToken(MANAGEMENT);
    expect(tab.session.state).toEqual(attention('consent_required', ALICE));
    await tab.session.getToken(STORAGE);
    expect(tab.session.state).toEqual(ALICE);
  });

  it('is not of one who was here when it was asked for', async () => {
    await tab.enter();
    let come: (token: IAzureToken) => void = () => undefined;
    tab.source.getToken.mockReturnValueOnce(new Promise(resolve => (come = resolve)));
    const token = tab.session.getToken(STORAGE);
    await settle();
    tab.source.getToken.mockImplementation(async () => aToken({ account: BOB.account }));
    await tab.enter(BOB);
    come(aToken());
    expect((await token).account).toEqual(BOB.account);
  });
});
