/** @jest-environment jsdom */
import { AzureAuthError } from '../../../src/session/errors';
import type { IAzureTokenNeed } from '../../../src/tokens';
import { anError } from '../kernels/stage';
import { ALICE, STORAGE } from '../panel/fixtures';
import { NEED, Tab, attention, settle, signIn } from './tab';

/** A problem belongs to the request that caused it. */
let tab: Tab;

const ELSEWHERE: IAzureTokenNeed = { ...NEED, tenantId: 'fabrikam.com' };
const consent = (need: IAzureTokenNeed): AzureAuthError =>
  new AzureAuthError('consent_required', { code: 'consent_required', detail: null, need });

beforeEach(async () => {
  tab = new Tab();
  await tab.enter();
});

/** Storage of another tenant is unavailable. */
async function wantElsewhere(): Promise<void> {
  tab.source.getToken.mockRejectedValueOnce(consent(ELSEWHERE));
  const { tenantId = '' } = ELSEWHERE;
  await expect(tab.session.getToken(STORAGE, { tenantId })).rejects.toThrow(AzureAuthError);
  expect(tab.session.state).toEqual(attention('consent_required', ALICE));
}

it('stays while the same resource is served of another tenant, and goes with its own', async () => {
  await wantElsewhere();
  await tab.session.getToken(STORAGE);
  expect(tab.session.state).toEqual(attention('consent_required', ALICE));
  await tab.session.getToken(STORAGE, { tenantId: 'fabrikam.com' });
  expect(tab.session.state).toEqual(ALICE);
});

// Situation: token of another tenant | consent is missing, the cell gives up | after the cell |
// none; the panel has no problem any more | nothing to do
it('goes with the cell that had it, and with no other', async () => {
  await wantElsewhere();
  tab.session.withdraw(NEED);
  tab.session.withdraw({ ...ELSEWHERE, claims: '{}' });
  expect(tab.session.state).toEqual(attention('consent_required', ALICE));
  tab.session.withdraw({ ...ELSEWHERE, anew: true });
  expect(tab.session.state).toEqual(ALICE);
});

it('of a sign-in that has ended stays: it is everybody’s', async () => {
  tab.source.getToken.mockRejectedValue(
    new AzureAuthError('sign_in_required', { code: 'sign_in_ended', detail: null, need: NEED })
  );
  await expect(tab.session.getToken(STORAGE)).rejects.toThrow(AzureAuthError);
  tab.session.withdraw(NEED);
  expect(tab.session.state).toEqual(attention('sign_in_ended'));
});

it('of nobody’s request is the click’s own', async () => {
  void tab.session.signIn();
  tab.source.asked.at(-1)!.fail(anError('failed', 'popup_blocked'));
  await settle();
  tab.session.withdraw(NEED);
  expect(tab.session.state).toEqual(attention('popup_blocked', ALICE));
});

it.each(['timed_out', 'popup_blocked', 'refused'] as const)(
  'that a sign-in comes to goes with the cell it was for: %s',
  async code => {
    void tab.session.signIn(ELSEWHERE);
    tab.source.asked.at(-1)!.fail(anError('failed', code));
    await settle();
    expect(tab.session.state).toEqual(attention(code, ALICE));
    tab.session.withdraw(ELSEWHERE);
    expect(tab.session.state).toEqual(ALICE);
  }
);

// Situation: sign-in window | times out after its cell has ended | after the cell | the earlier
// sign-in's; no problem is shown | nothing to do
it('is none where the cell has ended before the sign-in has failed', async () => {
  void tab.session.signIn(ELSEWHERE);
  tab.session.withdraw(ELSEWHERE);
  expect(tab.session.state).toMatchObject({ kind: 'signing-in' });
  tab.source.asked.at(-1)!.doubt();
  tab.source.asked.at(-1)!.fail(anError('failed', 'timed_out'));
  await settle();
  expect(tab.session.state).toEqual(ALICE);
});

it('is none of the next sign-in', async () => {
  void tab.session.signIn(ELSEWHERE);
  tab.session.withdraw(ELSEWHERE);
  void tab.session.signIn(NEED);
  tab.source.asked.at(-1)!.fail(anError('failed', 'timed_out'));
  await settle();
  expect(tab.session.state).toEqual(attention('timed_out', ALICE));
});

it('does not keep a sign-in from succeeding', async () => {
  void tab.session.signIn(ELSEWHERE);
  tab.session.withdraw(ELSEWHERE);
  tab.source.asked.at(-1)!.finish(signIn());
  await settle();
  expect(tab.session.state).toMatchObject({ kind: 'signed-in' });
});
