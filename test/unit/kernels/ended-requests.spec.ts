/** @jest-environment jsdom */
import { ALICE, STORAGE } from '../panel/fixtures';
import {
  FakeConnection,
  type KernelHarness,
  aClient,
  anError,
  withKernelHarness
} from './kernel-harness';

/** The needs that the service reports as over to the session. */
let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));

const tenant = { tenant_id: 'fabrikam.com' };
const ELSEWHERE = { scopes: STORAGE, tenantId: 'fabrikam.com' };
const over = (): object[] => harness.auth.withdraw.mock.calls.splice(0).map(([request]) => request);
const refuse = (): void =>
  void harness.auth.getToken.mockRejectedValue(anError('consent_required', 'consent_required'));

// Situation: cell | times out or is interrupted while its user is asked | after the cell | none;
// the panel no longer shows a problem | nothing to do
it('is one whose cell has ended', async () => {
  refuse();
  await harness.ask('c1', tenant);
  expect(over()).toEqual([]);
  await harness.end('c1');
  expect(over()).toEqual([ELSEWHERE]);
});

it('is one that was refused', async () => {
  refuse();
  await harness.ask('c1', { ...tenant, interactive: false });
  expect(harness.takeSent()).toEqual(['c1 error consent_required']);
  expect(over()).toEqual([ELSEWHERE]);
});

it('is one whose cell has ended before the answer came', async () => {
  let fail: (error: Error) => void = () => undefined;
  harness.auth.getToken.mockReturnValue(new Promise((_, reject) => (fail = reject)));
  await harness.ask('c1', tenant);
  await harness.end('c1');
  over();
  fail(anError('consent_required', 'consent_required'));
  await harness.pass(0);
  expect(over()).toEqual([ELSEWHERE]);
});

it('is not one that another cell waits for', async () => {
  const other = new FakeConnection('k2', 'ours too');
  harness.connections.add(other.self, aClient('other.ipynb'));
  refuse();
  await harness.ask('c1');
  await harness.ask('c2', { request_id: 'r2' }, other);
  await harness.end('c1');
  expect(over()).toEqual([]);
  await harness.end('c2', other);
  expect(over()).toEqual([{ scopes: STORAGE }]);
});

it('is not one for which a kernel holds a token to renew', async () => {
  await harness.setSignedIn(ALICE);
  await harness.ask('c1');
  over();
  refuse();
  await harness.ask('c2', { request_id: 'r2', interactive: false });
  expect(over()).toEqual([]);
  await harness.ask('c3', { request_id: 'r3', interactive: false, claims: '{}' });
  expect(over()).toEqual([{ scopes: STORAGE, claims: '{}' }]);
  harness.notebook.statusChanged.emit('restarting');
  expect(over()).toEqual([expect.objectContaining({ scopes: STORAGE })]);
});
