/** @jest-environment jsdom */
import { AzureAuthError } from '../../../src/auth/errors';
import type { IAzureTokenRequest } from '../../../src/tokens';
import { anError } from '../kernels/kernel-harness';
import { ALICE, STORAGE } from '../panel/fixtures';
import { TOKEN_REQUEST, TabHarness, attention, settle, signIn } from './tab-harness';

/** A problem belongs to the request that caused it. */
let tab: TabHarness;

const ELSEWHERE: IAzureTokenRequest = { ...TOKEN_REQUEST, tenantId: 'fabrikam.com' };
const consent = (request: IAzureTokenRequest): AzureAuthError =>
  new AzureAuthError('consent_required', { code: 'consent_required', detail: null, request });

beforeEach(async () => {
  tab = new TabHarness();
  await tab.signInAs();
});

/** Storage of another tenant is unavailable. */
async function wantElsewhere(): Promise<void> {
  tab.source.getToken.mockRejectedValueOnce(consent(ELSEWHERE));
  const { tenantId = '' } = ELSEWHERE;
  await expect(tab.auth.getToken(STORAGE, { tenantId })).rejects.toThrow(AzureAuthError);
  expect(tab.auth.state).toEqual(attention('consent_required', ALICE));
}

it('stays while the resource is served for another tenant, and disappears with its own', async () => {
  await wantElsewhere();
  await tab.auth.getToken(STORAGE);
  expect(tab.auth.state).toEqual(attention('consent_required', ALICE));
  await tab.auth.getToken(STORAGE, { tenantId: 'fabrikam.com' });
  expect(tab.auth.state).toEqual(ALICE);
});

// Situation: token of another tenant | consent is missing, the cell gives up | after the cell |
// none; the panel no longer shows a problem | nothing to do
it('disappears with the cell that had it, and with no other', async () => {
  await wantElsewhere();
  tab.auth.withdraw(TOKEN_REQUEST);
  tab.auth.withdraw({ ...ELSEWHERE, claims: '{}' });
  expect(tab.auth.state).toEqual(attention('consent_required', ALICE));
  tab.auth.withdraw({ ...ELSEWHERE, prompt: true });
  expect(tab.auth.state).toEqual(ALICE);
});

it('of an ended sign-in stays, because it concerns all requests', async () => {
  tab.source.getToken.mockRejectedValue(
    new AzureAuthError('sign_in_required', {
      code: 'sign_in_ended',
      detail: null,
      request: TOKEN_REQUEST
    })
  );
  await expect(tab.auth.getToken(STORAGE)).rejects.toThrow(AzureAuthError);
  tab.auth.withdraw(TOKEN_REQUEST);
  expect(tab.auth.state).toEqual(attention('sign_in_ended'));
});

it('of no request belongs to the click', async () => {
  void tab.auth.signIn();
  tab.source.asked.at(-1)!.fail(anError('failed', 'popup_blocked'));
  await settle();
  tab.auth.withdraw(TOKEN_REQUEST);
  expect(tab.auth.state).toEqual(attention('popup_blocked', ALICE));
});

it.each(['timed_out', 'popup_blocked', 'refused'] as const)(
  'of a sign-in disappears with the cell that it was for: %s',
  async code => {
    void tab.auth.signIn(ELSEWHERE);
    tab.source.asked.at(-1)!.fail(anError('failed', code));
    await settle();
    expect(tab.auth.state).toEqual(attention(code, ALICE));
    tab.auth.withdraw(ELSEWHERE);
    expect(tab.auth.state).toEqual(ALICE);
  }
);

// Situation: sign-in window | times out after its cell has ended | after the cell | the earlier
// sign-in's; no problem is shown | nothing to do
it('is not shown if the cell has ended before the sign-in fails', async () => {
  void tab.auth.signIn(ELSEWHERE);
  tab.auth.withdraw(ELSEWHERE);
  expect(tab.auth.state).toMatchObject({ kind: 'signing-in' });
  tab.source.asked.at(-1)!.doubt();
  tab.source.asked.at(-1)!.fail(anError('failed', 'timed_out'));
  await settle();
  expect(tab.auth.state).toEqual(ALICE);
});

it('does not concern the next sign-in', async () => {
  void tab.auth.signIn(ELSEWHERE);
  tab.auth.withdraw(ELSEWHERE);
  void tab.auth.signIn(TOKEN_REQUEST);
  tab.source.asked.at(-1)!.fail(anError('failed', 'timed_out'));
  await settle();
  expect(tab.auth.state).toEqual(attention('timed_out', ALICE));
});

it('does not keep a sign-in from succeeding', async () => {
  void tab.auth.signIn(ELSEWHERE);
  tab.auth.withdraw(ELSEWHERE);
  tab.source.asked.at(-1)!.finish(signIn());
  await settle();
  expect(tab.auth.state).toMatchObject({ kind: 'signed-in' });
});
