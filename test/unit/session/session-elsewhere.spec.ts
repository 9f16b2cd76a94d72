/** @jest-environment jsdom */
import { AzureAuthError } from '../../../src/session/errors';
import { HeldTokens } from '../../../src/sources/held-tokens';
import { BOB, aToken, anError } from '../kernels/stage';
import { ALICE, STORAGE } from '../panel/fixtures';
import { Tab, attention, signIn } from './tab';

/** What other tabs and browsers do to the sign-in of a server, which all of them share. */
let tab: Tab;

beforeEach(() => {
  tab = new Tab();
});

const REFUSED = new AzureAuthError('sign_in_required', {
  code: 'sign_in_ended',
  detail: 'AADSTS50173',
  need: null
});

describe('a sign-in elsewhere', () => {
  it('is found by the next who asks for a token', async () => {
    await tab.session.prepare();
    tab.source.kept = signIn();
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.states).toEqual(['signed-out', 'signed-in']);
  });

  it('is found once by all who ask at a time', async () => {
    await tab.session.prepare();
    tab.source.kept = signIn();
    await Promise.all([tab.session.getToken(STORAGE), tab.session.getToken(['other/.default'])]);
    expect(tab.states).toEqual(['signed-out', 'signed-in']);
  });

  it('goes on after the one here was refused, if it is a newer one', async () => {
    await tab.enter();
    tab.source.getToken.mockRejectedValueOnce(anError());
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.states).toEqual(['needs-attention sign_in_ended']);
    tab.source.kept = { ...signIn(BOB), madeOn: Date.now() + 1000 };
    await expect(tab.session.getToken(STORAGE)).resolves.toMatchObject({ token: 'TOKEN' });
    expect(tab.session.state).toMatchObject({ kind: 'signed-in', account: BOB.account });
  });

  it('changes nothing while the user signs in here', async () => {
    await tab.session.prepare();
    void tab.session.signIn();
    tab.source.kept = signIn();
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.session.state).toMatchObject({ kind: 'signing-in' });
  });

  it('that is found late does not take the place of a click', async () => {
    await tab.session.prepare();
    let find: (found: null | ReturnType<typeof signIn>) => void = () => undefined;
    tab.source.restore.mockReturnValueOnce(new Promise(resolve => (find = resolve)));
    const token = tab.session.getToken(STORAGE);
    await Promise.resolve();
    void tab.session.signIn();
    find(signIn());
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.session.state).toMatchObject({ kind: 'signing-in' });
  });

  it('does not come back after a sign-out while it was looked for', async () => {
    await tab.session.prepare();
    let find: (found: null | ReturnType<typeof signIn>) => void = () => undefined;
    tab.source.restore.mockReturnValueOnce(new Promise(resolve => (find = resolve)));
    const token = tab.session.getToken(STORAGE);
    await Promise.resolve();
    await tab.session.signOut();
    find(signIn());
    await expect(token).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });
});

describe('a click while it is looked for', () => {
  it('is not forgotten when nobody is found', async () => {
    let find: (found: null) => void = () => undefined;
    tab.source.restore.mockReturnValueOnce(new Promise(resolve => (find = resolve)));
    const ready = tab.session.prepare();
    await new Promise(resolve => setTimeout(resolve));
    void tab.session.signIn();
    find(null);
    await ready;
    expect(tab.states).toEqual(['signing-in']);
  });
});

describe('a refusal elsewhere', () => {
  it('is told when the page is loaded, and the click still opens a window', async () => {
    tab.source.restore.mockRejectedValue(REFUSED);
    await tab.session.prepare();
    expect(tab.session.state).toMatchObject({
      kind: 'needs-attention',
      problem: { code: 'sign_in_ended', detail: 'AADSTS50173' }
    });
    void tab.session.signIn();
    expect(tab.source.signIn).toHaveBeenCalledTimes(1);
  });

  it('is told once', async () => {
    tab.source.restore.mockRejectedValue(REFUSED);
    for (let asked = 0; asked < 2; asked += 1) {
      await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({
        code: 'sign_in_required'
      });
    }
    expect(tab.states).toEqual(['needs-attention sign_in_ended']);
  });

  it('is forgotten by signing out', async () => {
    tab.source.restore.mockRejectedValue(REFUSED);
    await tab.session.signOut();
    expect(tab.source.forget).toHaveBeenCalledWith(false);
    expect(tab.session.state).toEqual({ kind: 'signed-out' });
  });
});

describe('a sign-out elsewhere', () => {
  it('is found by the next who asks for a token, and said', async () => {
    await tab.enter();
    tab.source.kept = null;
    tab.source.getToken.mockRejectedValue(anError());
    await expect(tab.session.getToken(STORAGE)).rejects.toMatchObject({ code: 'sign_in_required' });
    expect(tab.session.state).toEqual(attention('sign_in_ended'));
  });

  it('in another tab takes the tokens at hand away, and ends nothing anew', async () => {
    const { source } = tab;
    const held = new HeldTokens(source);
    tab.openSources.mockResolvedValue({
      ways: [held.reachedBy(source)],
      holders: [held],
      server: null
    });
    source.getToken.mockImplementation(async () =>
      aToken({ expiresOnTimestamp: Date.now() + 3_600_000 })
    );
    await tab.enter();
    await tab.session.getToken(STORAGE);
    await tab.session.getToken(STORAGE);
    expect(source.getToken).toHaveBeenCalledTimes(1);
    tab.elsewhere(notice => notice.post(ALICE.account.id, Date.now()));
    await Promise.resolve();
    expect(source.forget.mock.calls).toEqual([[true]]);
    await tab.enter();
    await tab.session.getToken(STORAGE);
    expect(source.getToken).toHaveBeenCalledTimes(2);
  });
});
