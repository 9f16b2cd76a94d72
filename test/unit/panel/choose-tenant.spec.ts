/** @jest-environment jsdom */
import { AzureAuthError } from '../../../src/auth/errors';
import { chooseTenant } from '../../../src/panel/tenants';
import type { IAzureToken } from '../../../src/tokens';
import { attention, settle, TabHarness } from '../auth/tab-harness';
import { aToken } from '../kernels/kernel-harness';
import { ALICE } from './fixtures';

const FABRIKAM = 'fab00000-1111-4222-8333-000000000002';
const request = {
  scopes: ['https://management.azure.com/.default'],
  tenantId: FABRIKAM,
  account: ALICE.account.id
};
const consent = new AzureAuthError('consent_required', {
  ...{ code: 'consent_required', detail: null, request }
});

let tab: TabHarness;

beforeEach(async () => {
  sessionStorage.clear();
  tab = new TabHarness();
  await tab.signInAs();
});

const use = (): Promise<void> => chooseTenant(tab.auth, ALICE.account, FABRIKAM);
const chosen = (): string | undefined => tab.auth.chosenTenantFor();

/** Let Azure answer the next request later. */
function later(): (answer: Promise<IAzureToken>) => Promise<void> {
  let give: (answer: Promise<IAzureToken>) => void = () => undefined;
  tab.source.getToken.mockReturnValueOnce(new Promise(resolve => (give = resolve)));
  return async answer => {
    give(answer);
    await settle();
  };
}

// Situation: any sign-in | the user clicks "Use this directory" twice, and Azure requires an answer
// | the next token | the question is shown, and the directory is used once it is answered | nothing
// to do
it('shows the question that a double click leads to', async () => {
  const answer = later();
  void use();
  void use();
  await answer(Promise.reject(consent));
  expect(tab.auth.state).toEqual(attention('consent_required', ALICE));
  await tab.signInAs();
  expect(chosen()).toBe(FABRIKAM);
});

// Situation: any sign-in | the user chooses a directory, and signs out before Azure answers | the
// user signs in again as the same account | the account's own directory | nothing to do
it('does not continue after a sign-out', async () => {
  const answer = later();
  void use();
  await tab.auth.signOut();
  await answer(Promise.resolve(aToken()));
  await tab.signInAs();
  expect(chosen()).toBeUndefined();
});
