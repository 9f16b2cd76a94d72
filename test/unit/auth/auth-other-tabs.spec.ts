/** @jest-environment jsdom */
import { AzureAuthError } from '../../../src/auth/errors';
import { CachingTokenProvider } from '../../../src/providers/caching-provider';
import { BOB, aToken, anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { TabHarness, attention, signIn } from './tab-harness';

/** What other tabs and browsers do to the sign-in of a server, which all of them share. */
let tab: TabHarness;

beforeEach(() => {
  tab = new TabHarness();
});

const REFUSED = new AzureAuthError('sign_in_required', {
  code: 'sign_in_ended',
  detail: 'AADSTS50173',
  request: null
});

describe('a sign-in elsewhere', () => {
  it('is found by the next caller that asks for a token', async () => {
    await tab.auth.prepare();
    tab.source.savedSignIn = signIn();
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.states).toEqual(['signed-out', 'signed-in']);
  });

  it('is found once for all concurrent callers', async () => {
    await tab.auth.prepare();
    tab.source.savedSignIn = signIn();
    await Promise.all([tab.auth.getToken(STORAGE), tab.auth.getToken(['other/.default'])]);
    expect(tab.states).toEqual(['signed-out', 'signed-in']);
  });

  it('replaces a refused one here, if it is newer', async () => {
    await tab.signInAs();
    tab.source.getToken.mockRejectedValueOnce(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.states).toEqual(['needs-attention sign_in_ended']);
    tab.source.savedSignIn = { ...signIn(BOB), signedInAt: Date.now() + 1000 };
    await expect(tab.auth.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.auth.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
  });

  it('changes nothing while the user signs in here', async () => {
    await tab.auth.prepare();
    void tab.auth.signIn();
    tab.source.savedSignIn = signIn();
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
  });

  it('that is found late does not replace a click', async () => {
    await tab.auth.prepare();
    let find: (found: null | ReturnType<typeof signIn>) => void = () => undefined;
    tab.source.restore.mockReturnValueOnce(new Promise(resolve => (find = resolve)));
    const token = tab.auth.getToken(STORAGE);
    await Promise.resolve();
    void tab.auth.signIn();
    find(signIn());
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
  });

  it('does not come back after a sign-out during the lookup', async () => {
    await tab.auth.prepare();
    let find: (found: null | ReturnType<typeof signIn>) => void = () => undefined;
    tab.source.restore.mockReturnValueOnce(new Promise(resolve => (find = resolve)));
    const token = tab.auth.getToken(STORAGE);
    await Promise.resolve();
    await tab.auth.signOut();
    find(signIn());
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });
});

describe('a click during the lookup', () => {
  it('is not forgotten when no user is found', async () => {
    let find: (found: null) => void = () => undefined;
    tab.source.restore.mockReturnValueOnce(new Promise(resolve => (find = resolve)));
    const ready = tab.auth.prepare();
    await new Promise(resolve => setTimeout(resolve));
    void tab.auth.signIn();
    find(null);
    await ready;
    expect(tab.states).toEqual(['signing-in']);
  });
});

describe('a refusal elsewhere', () => {
  it('is reported when the page loads, and the click still opens a window', async () => {
    tab.source.restore.mockRejectedValue(REFUSED);
    await tab.auth.prepare();
    expect(tab.auth.state).toMatchObject({
      kind: 'needs-attention',
      problem: { code: 'sign_in_ended', detail: 'AADSTS50173' }
    });
    void tab.auth.signIn();
    expect(tab.source.signIn).toHaveBeenCalledTimes(1);
  });

  it('is reported once', async () => {
    tab.source.restore.mockRejectedValue(REFUSED);
    for (let asked = 0; asked < 2; asked += 1) {
      await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({
        code: 'sign_in_required'
      });
    }
    expect(tab.states).toEqual(['needs-attention sign_in_ended']);
  });

  it('is forgotten by signing out', async () => {
    tab.source.restore.mockRejectedValue(REFUSED);
    await tab.auth.signOut();
    expect(tab.source.clear).toHaveBeenCalledWith(false);
    expect(tab.auth.state).toEqual({ kind: 'signed-out' });
  });
});

describe('a sign-out elsewhere', () => {
  it('is found by the next caller that asks for a token, and announced', async () => {
    await tab.signInAs();
    tab.source.savedSignIn = null;
    tab.source.getToken.mockRejectedValue(anError());
    await expect(tab.auth.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.auth.state).toEqual(attention('sign_in_ended'));
  });

  it('in another tab drops the cached tokens, and ends nothing again', async () => {
    const { source } = tab;
    const held = new CachingTokenProvider(source);
    tab.createProviders.mockResolvedValue({
      methods: [held.wrap(source)],
      providers: [held],
      server: null,
      tabs: null
    });
    source.getToken.mockImplementation(async () =>
      aToken({ expiresOnTimestamp: Date.now() + 3_600_000 })
    );
    await tab.signInAs();
    await tab.auth.getToken(STORAGE);
    await tab.auth.getToken(STORAGE);
    expect(source.getToken).toHaveBeenCalledTimes(1);
    tab.elsewhere(notice => notice.publish(ALICE.account.id, Date.now()));
    await Promise.resolve();
    expect(source.clear.mock.calls).toEqual([[true]]);
    await tab.signInAs();
    await tab.auth.getToken(STORAGE);
    expect(source.getToken).toHaveBeenCalledTimes(2);
  });
});
