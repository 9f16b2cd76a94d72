/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import { ProcessResponder } from '../../../src/kernels/process-responder';
import { panelViewModel } from '../../../src/panel/view-model';
import { plainText, requestText } from '../../../src/panel/request-text';
import type { IAzureSignedIn } from '../../../src/tokens';
import { ALICE, STORAGE } from '../panel/fixtures';
import { FakeServer } from '../providers/fake-server';
import { anError, BOB, KernelHarness } from './kernel-harness';

const NOW = new Date(2026, 10, 23, 9, 41).getTime();
const IN_TAB: IAzureSignedIn = { ...ALICE, source: 'popup', persistedIn: 'tab' };
const CLAIM = 'process-requests/claim';
const ANSWER = 'process-requests/answer';
const SIGNED_OUT = 'process-requests/signed-out';

let harness: KernelHarness;
let server: FakeServer;
let responder: ProcessResponder;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  harness = new KernelHarness();
  server = new FakeServer();
  server.answers[CLAIM] = { scopes: STORAGE, tenant_id: 't', cloud: null, force: false };
  responder = new ProcessResponder({
    auth: harness.auth,
    server: server.self,
    tokenService: harness.tokenService,
    trans: nullTranslator.load(''),
    access: harness.access
  });
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

test('answers with the token of this tab, and sends its lifetime', async () => {
  await harness.setSignedIn(IN_TAB);
  await responder.answer('r');
  expect(harness.auth.getToken).toHaveBeenLastCalledWith([...STORAGE], {
    tenantId: 't',
    force: false,
    enableCae: false
  });
  const token = await harness.auth.getToken.mock.results[0]?.value;
  const { id, name, username, tenantId } = IN_TAB.account;
  expect(server.asked).toEqual([
    [CLAIM, { request_id: 'r', declined: false, seen: true }],
    [
      ANSWER,
      {
        request_id: 'r',
        issued: {
          token: token.token,
          expires_in: Math.floor((token.expiresOnTimestamp - NOW) / 1000),
          account: { id, name, username, tenant_id: tenantId }
        }
      }
    ]
  ]);
});

test.each([null, { ...IN_TAB, persistedIn: 'memory' } as const])(
  'declines at once without a sign-in of its own',
  async state => {
    await harness.setSignedIn(state);
    await responder.answer('r');
    expect(server.asked).toEqual([[CLAIM, { request_id: 'r', declined: true, seen: true }]]);
  }
);

test('answers without a token when Azure refuses it', async () => {
  await harness.setSignedIn(IN_TAB);
  harness.auth.getToken.mockRejectedValue(anError('consent_required', 'consent_required'));
  await responder.answer('r');
  const answer = { request_id: 'r', issued: null, code: 'consent_required' };
  expect(server.asked).toContainEqual([ANSWER, answer]);
});

test('leaves the request to visible pages first', async () => {
  await harness.setSignedIn(IN_TAB);
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const answered = responder.answer('r');
  await harness.pass(499);
  expect(server.asked).toEqual([]);
  await harness.pass(1);
  await answered;
  expect(server.count(ANSWER)).toBe(1);
});

test.each([null, BOB])('tells processes of a sign-out or another account, once', async next => {
  await harness.setSignedIn(IN_TAB);
  await harness.setSignedIn(next);
  expect(server.count(SIGNED_OUT)).toBe(0);
  await harness.setSignedIn(IN_TAB);
  await responder.answer('r');
  await harness.setSignedIn(IN_TAB);
  expect(server.count(SIGNED_OUT)).toBe(0);
  await harness.setSignedIn(next);
  expect(server.count(SIGNED_OUT)).toBe(1);
});

test.each([
  ['that it names', 't', 0],
  ['that the user has left', null, 1]
])('tells them of another directory than the one %s', async (_, tenantId, notices) => {
  server.answers[CLAIM] = { scopes: STORAGE, tenant_id: tenantId };
  await harness.setSignedIn(IN_TAB);
  await responder.answer('r');
  harness.auth.setState({ ...IN_TAB, chosenTenantId: 'fabrikam-id' });
  expect(server.count(SIGNED_OUT)).toBe(notices);
});

// Situation: popup | a process has a token of one of several accounts, and a problem of the active one
// needs attention | the user signs out of the first | the process drops its token | nothing to do
test('does so too while a problem of the active account needs attention', async () => {
  const { auth } = harness;
  await harness.setSignedIn(IN_TAB);
  auth.others = [BOB.account];
  server.answers[CLAIM] = { scopes: STORAGE, account: BOB.account.id };
  await responder.answer('r');
  const { problem } = anError('consent_required', 'consent_required');
  const state = { kind: 'needs-attention', problem, signedIn: IN_TAB } as const;
  auth.setState(state);
  expect(server.count(SIGNED_OUT)).toBe(0);
  auth.others = [];
  auth.setState(state);
  expect(server.count(SIGNED_OUT)).toBe(1);
});

describe('when the server has the page ask', () => {
  beforeEach(async () => {
    server.answers[CLAIM] = { scopes: STORAGE, waits_as: 'terminal' };
    await harness.setSignedIn(null);
    await responder.answer('r');
  });

  const labels = (): string[] => harness.tokenService.waiting.map(({ label }) => label);

  test('shows what waits, once', async () => {
    await responder.answer('r');
    expect(labels()).toEqual(['A terminal']);
    expect(harness.tokenService.waiting[0]?.request.scopes).toEqual(STORAGE);
    expect(server.count(ANSWER)).toBe(0);
  });

  test('sends the token as soon as the user has signed in here', async () => {
    await harness.setSignedIn(IN_TAB);
    expect(labels()).toEqual([]);
    expect(server.asked.at(-1)).toMatchObject([ANSWER, { issued: { account: {} } }]);
  });

  test('has the server look again if it has the sign-in', async () => {
    await harness.setSignedIn({ ...IN_TAB, source: 'loopback', persistedIn: 'memory' });
    expect(labels()).toEqual([]);
    expect(server.asked.at(-1)).toEqual([ANSWER, { request_id: 'r', issued: null, code: null }]);
    await responder.answer('r');
    expect(server.count(ANSWER)).toBe(2);
  });

  test('says that the user has declined', () => {
    const [waiting] = harness.tokenService.waiting;
    if (waiting !== undefined) {
      harness.tokenService.refuse(waiting);
    }
    expect(labels()).toEqual([]);
    expect(server.asked.at(-1)).toMatchObject([ANSWER, { code: 'sign_in_declined' }]);
  });

  // The server tells no page that declines, as this one does, that there is no such request.
  // Situation: page | asks for a process that has ended, or that another page has refused | it
  // is told of the request again | it stays silent | nothing to do
  test.each([{}, new Error('over')])('stops asking when it is over: %p', async over => {
    server.answers[CLAIM] = over;
    await responder.answer('r').catch(() => undefined);
    expect(labels()).toEqual([]);
    expect(server.count(ANSWER)).toBe(0);
  });
});

test('never asks in a page that the user does not see', async () => {
  server.answers[CLAIM] = { scopes: STORAGE, waits_as: 'program' };
  await harness.setSignedIn(null);
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const answered = responder.answer('r');
  await harness.pass(500);
  await answered;
  expect(server.asked).toEqual([[CLAIM, { request_id: 'r', declined: true, seen: false }]]);
  expect(harness.tokenService.waiting).toEqual([]);
});

test('offers a sign-in for a program that was refused and does not wait', async () => {
  server.answers[CLAIM] = { scopes: STORAGE, waits_as: 'refused' };
  await harness.setSignedIn(null);
  await responder.answer('r');
  const [waiting] = harness.tokenService.waiting;
  expect(waiting).toMatchObject({ label: 'A program', question: 'offer' });
  const text = plainText(requestText(waiting!, null, nullTranslator.load('')));
  expect(text).toBe('A program needs a token for Storage.');
});

test.each([IN_TAB, { ...IN_TAB, source: 'loopback', persistedIn: 'memory' } as const])(
  'asks a signed-in user to continue, for a program that does not wait',
  async state => {
    server.answers[CLAIM] = { scopes: STORAGE, tenant_id: 't', waits_as: 'consent' };
    await harness.setSignedIn(state);
    await responder.answer('r');
    const [waiting] = harness.tokenService.waiting;
    expect(waiting).toMatchObject({
      question: 'offer',
      request: { scopes: STORAGE, tenantId: 't' }
    });
    const model = panelViewModel(state, [], waiting!, nullTranslator.load(''));
    expect(model.sentence).toBe('Finish signing in, then run the program again.');
    await harness.setSignedIn(state); // seen by a poll
    expect(harness.tokenService.waiting).toEqual([waiting]);
    harness.auth.setState({ kind: 'signing-in', method: 'popup', deviceCode: null });
    await harness.setSignedIn(state);
    expect(harness.tokenService.waiting).toEqual([]);
    expect(server.asked.at(-1)).toEqual([ANSWER, { request_id: 'r', issued: null, code: null }]);
    expect(harness.auth.getToken).not.toHaveBeenCalled();
  }
);
