/** @jest-environment jsdom */
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeConnection, Stage, aClient, anError } from './stage';

/** The needs that the service reports as over to the session. */
let stage: Stage;

beforeEach(() => {
  jest.useFakeTimers();
  sessionStorage.clear();
  stage = new Stage();
});

afterEach(() => jest.useRealTimers());

const tenant = { tenant_id: 'fabrikam.com' };
const ELSEWHERE = { scopes: STORAGE, tenantId: 'fabrikam.com' };
const over = (): object[] => stage.session.withdraw.mock.calls.splice(0).map(([need]) => need);
const refuse = (): void =>
  void stage.session.getToken.mockRejectedValue(anError('consent_required', 'consent_required'));

// Situation: cell | times out or is interrupted while its user is asked | after the cell | none;
// the panel has no problem any more | nothing to do
it('is one whose cell has ended', async () => {
  refuse();
  await stage.ask('c1', tenant);
  expect(over()).toEqual([]);
  await stage.end('c1');
  expect(over()).toEqual([ELSEWHERE]);
});

it('is one that was refused', async () => {
  refuse();
  await stage.ask('c1', { ...tenant, interactive: false });
  expect(stage.said()).toEqual(['c1 error consent_required']);
  expect(over()).toEqual([ELSEWHERE]);
});

it('is one whose cell has ended before the answer came', async () => {
  let fail: (error: Error) => void = () => undefined;
  stage.session.getToken.mockReturnValue(new Promise((_, reject) => (fail = reject)));
  await stage.ask('c1', tenant);
  await stage.end('c1');
  over();
  fail(anError('consent_required', 'consent_required'));
  await stage.pass(0);
  expect(over()).toEqual([ELSEWHERE]);
});

it('is none that another cell waits for', async () => {
  const other = new FakeConnection('k2', 'ours too');
  stage.connections.add(other.self, aClient('other.ipynb'));
  refuse();
  await stage.ask('c1');
  await stage.ask('c2', { request_id: 'r2' }, other);
  await stage.end('c1');
  expect(over()).toEqual([]);
  await stage.end('c2', other);
  expect(over()).toEqual([{ scopes: STORAGE }]);
});

it('is none that a kernel holds a token for, which it wants to renew', async () => {
  await stage.become(ALICE);
  await stage.ask('c1');
  over();
  refuse();
  await stage.ask('c2', { request_id: 'r2', interactive: false });
  expect(over()).toEqual([]);
  await stage.ask('c3', { request_id: 'r3', interactive: false, claims: '{}' });
  expect(over()).toEqual([{ scopes: STORAGE, claims: '{}' }]);
  stage.notebook.statusChanged.emit('restarting');
  expect(over()).toEqual([expect.objectContaining({ scopes: STORAGE })]);
});
