/** @jest-environment jsdom */
import type { IAzureTokenOptions } from '../../../src/tokens';
import { ALICE } from '../panel/fixtures';
import { anError, aToken, BOB, type KernelHarness, withKernelHarness } from './kernel-harness';

let harness: KernelHarness;
withKernelHarness(created => (harness = created));

it('keeps what was chosen and allowed for an account that stays without an active one', async () => {
  const { auth, tokenService } = harness;
  auth.others = [BOB.account];
  auth.getToken.mockImplementation(async (_: string[], { account }: IAzureTokenOptions) =>
    aToken({ account: auth.accountFor(account)! })
  );
  auth.setState(ALICE);
  harness.kernelAccess = 'ask';
  await harness.ask('c1', { account: 'bob@contoso.com' });
  tokenService.allow(await harness.prompted());
  tokenService.pin('k1', BOB.account);
  await harness.pass(1);
  harness.takeSent();
  // Another tab has signed out of alice.
  auth.setState({ kind: 'signed-out' });
  auth.setState({ kind: 'needs-attention', problem: anError().problem, signedIn: null });
  expect(tokenService.pinnedAccountOf('k1')).toMatchObject({ id: BOB.account.id });
  await harness.ask('c2', { request_id: 'r2' });
  expect(harness.takeSent()).toEqual(['c2 token bob']);
});
