/** @jest-environment jsdom */
import { ALICE, aMethod, STORAGE } from '../panel/fixtures';
import { BOB, type KernelHarness, withKernelHarness } from './kernel-harness';

const PROMPT = { prompt: true };

let harness: KernelHarness;
withKernelHarness(fresh => (harness = fresh));
beforeEach(() => harness.setSignedIn(ALICE));

const questions = (): string[] => harness.tokenService.waiting.map(({ question }) => question);

/** The user signs in interactively, in the panel or elsewhere. */
async function signInAs(who: typeof ALICE): Promise<void> {
  harness.auth.signInCount += 1;
  await harness.setSignedIn(who);
}

it('asks a signed-in user, and sends the token of the new sign-in', async () => {
  await harness.ask('c1', PROMPT);
  await harness.pass(300);
  expect(harness.takeSent()).toEqual(['c1 pending sign_in']);
  expect(harness.auth.getToken).not.toHaveBeenCalled();
  expect(harness.tokenService.waiting).toMatchObject([
    { question: 'prompt', request: { scopes: STORAGE, prompt: true } }
  ]);
  await signInAs(BOB);
  expect(harness.sent).toMatchObject([{ answer: { kind: 'token', prompted: true } }]);
  expect(harness.takeSent()).toEqual(['c1 token bob']);
  expect(questions()).toEqual([]);
});

it('asks once, however often it is repeated', async () => {
  await harness.ask('c1', PROMPT);
  await harness.ask('c2', PROMPT);
  await harness.pass(300);
  expect(questions()).toEqual(['prompt']);
  await signInAs(ALICE);
  expect(harness.takeSent()).toEqual([
    'c1 pending sign_in',
    'c2 pending sign_in',
    'c2 token alice'
  ]);
});

it.each<[string, () => Promise<void>]>([
  ['a sign-in that was given up', () => harness.setSignedIn(ALICE)],
  ['a sign-in found at the server', () => harness.setSignedIn({ ...ALICE, source: 'loopback' })],
  ['an identity of the machine', () => harness.setSignedIn({ ...ALICE, ambient: true })]
])('does not treat %s as an answer', async (_, happens) => {
  await harness.ask('c1', PROMPT);
  await harness.pass(300);
  await happens();
  await harness.pass(1000);
  expect(harness.takeSent()).toEqual(['c1 pending sign_in']);
  expect(questions()).toEqual(['prompt']);
});

it('asks again for another request, even right after a sign-in', async () => {
  await harness.ask('c1', PROMPT);
  await signInAs(ALICE);
  harness.takeSent();
  await harness.ask('c2', { ...PROMPT, request_id: 'r2' });
  expect(harness.takeSent()).toEqual(['c2 pending sign_in']);
});

it('is declined by Not now', async () => {
  await harness.ask('c1', PROMPT);
  await harness.pass(300);
  harness.tokenService.refuse(harness.tokenService.waiting[0]!);
  await harness.ask('c2', { ...PROMPT, request_id: 'r2' });
  expect(harness.takeSent()).toEqual(['c1 pending sign_in', 'c1 error denied', 'c2 error denied']);
});

it('is refused if the user may not be asked, or no sign-in method is available', async () => {
  await harness.ask('c1', { ...PROMPT, interactive: false });
  harness.auth.methods = [aMethod({ obstacle: 'no_client_id' })];
  await harness.ask('c2', { ...PROMPT, request_id: 'r2' });
  expect(harness.takeSent()).toEqual(['c1 error sign_in_required', 'c2 error unavailable']);
});

it('is left to the asking cell’s page, as long as it may still answer', async () => {
  for (const comm of ['c1', 'c2', 'c3']) {
    await harness.askTheirs(comm, PROMPT);
  }
  expect(harness.takeSent()).toEqual([]);
  await harness.askTheirs('c4', PROMPT);
  expect(harness.takeSent()).toEqual(['c4 pending sign_in']);
});

it('takes an answer to the next question of the same request as soon as it is asked', async () => {
  await harness.share();
  await harness.ask('c1', PROMPT);
  await harness.pass(300);
  await signInAs(ALICE);
  harness.takeSent();
  expect(questions()).toEqual(['share']);
  harness.tokenService.refuse(harness.tokenService.waiting[0]!);
  expect(harness.takeSent()).toEqual(['c1 error denied']);
});

it('does not replace the question whether others may act as the user', async () => {
  await harness.share();
  await harness.ask('c1', PROMPT);
  await harness.pass(300);
  expect(questions()).toEqual(['prompt']);
  await signInAs(ALICE);
  await harness.pass(300);
  expect(questions()).toEqual(['share']);
});
