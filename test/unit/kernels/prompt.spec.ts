/** @jest-environment jsdom */
import { ALICE, aWay, STORAGE } from '../panel/fixtures';
import { BOB, Stage } from './stage';

const PROMPT = { prompt: true };

let stage: Stage;

beforeEach(async () => {
  jest.useFakeTimers();
  sessionStorage.clear();
  stage = new Stage();
  await stage.become(ALICE);
});

afterEach(() => jest.useRealTimers());

const questions = (): string[] => stage.desk.waiting.map(({ question }) => question);

/** The user signs in interactively, in the panel or elsewhere. */
async function signInAs(who: typeof ALICE): Promise<void> {
  stage.session.signIns += 1;
  await stage.become(who);
}

it('asks a user who is signed in, and gives what came of their signing in', async () => {
  await stage.ask('c1', PROMPT);
  await stage.pass(300);
  expect(stage.said()).toEqual(['c1 pending sign_in']);
  expect(stage.session.getToken).not.toHaveBeenCalled();
  expect(stage.desk.waiting).toMatchObject([
    { question: 'anew', need: { scopes: STORAGE, anew: true } }
  ]);
  await signInAs(BOB);
  expect(stage.sent).toMatchObject([{ answer: { kind: 'token', prompted: true } }]);
  expect(stage.said()).toEqual(['c1 token bob']);
  expect(questions()).toEqual([]);
});

it('asks once, however often it is repeated', async () => {
  await stage.ask('c1', PROMPT);
  await stage.ask('c2', PROMPT);
  await stage.pass(300);
  expect(questions()).toEqual(['anew']);
  await signInAs(ALICE);
  expect(stage.said()).toEqual(['c1 pending sign_in', 'c2 pending sign_in', 'c2 token alice']);
});

it.each<[string, () => Promise<void>]>([
  ['a sign-in that was given up', () => stage.become(ALICE)],
  ['a sign-in found at the server', () => stage.become({ ...ALICE, source: 'loopback' })],
  ['an identity of the machine', () => stage.become({ ...ALICE, automatic: true })]
])('takes no %s for one', async (_, happens) => {
  await stage.ask('c1', PROMPT);
  await stage.pass(300);
  await happens();
  await stage.pass(1000);
  expect(stage.said()).toEqual(['c1 pending sign_in']);
  expect(questions()).toEqual(['anew']);
});

it('asks again for another request, whoever has just signed in', async () => {
  await stage.ask('c1', PROMPT);
  await signInAs(ALICE);
  stage.said();
  await stage.ask('c2', { ...PROMPT, request_id: 'r2' });
  expect(stage.said()).toEqual(['c2 pending sign_in']);
});

it('takes no for an answer', async () => {
  await stage.ask('c1', PROMPT);
  await stage.pass(300);
  stage.desk.refuse(stage.desk.waiting[0]!);
  await stage.ask('c2', { ...PROMPT, request_id: 'r2' });
  expect(stage.said()).toEqual(['c1 pending sign_in', 'c1 error denied', 'c2 error denied']);
});

it('is refused where nobody may be asked, or no way to sign in is open', async () => {
  await stage.ask('c1', { ...PROMPT, interactive: false });
  stage.session.ways = [aWay({ obstacle: 'no_client_id' })];
  await stage.ask('c2', { ...PROMPT, request_id: 'r2' });
  expect(stage.said()).toEqual(['c1 error sign_in_required', 'c2 error unavailable']);
});

it('is left to the page that was asked, as long as that may still answer', async () => {
  for (const comm of ['c1', 'c2', 'c3']) {
    await stage.askTheirs(comm, PROMPT);
  }
  expect(stage.said()).toEqual([]);
  await stage.askTheirs('c4', PROMPT);
  expect(stage.said()).toEqual(['c4 pending sign_in']);
});

it('is not the end of a question whether others may act as the user', async () => {
  await stage.share();
  await stage.ask('c1', PROMPT);
  await stage.pass(300);
  expect(questions()).toEqual(['anew']);
  await signInAs(ALICE);
  await stage.pass(300);
  expect(questions()).toEqual(['share']);
});
