/** @jest-environment jsdom */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { waitingOutputFactory } from '../../../src/widget/waiting-output';
import { ALICE, aRequest, FakeKernels, FakeAuth } from '../panel/fixtures';
// Loaded before the first test's time runs: on a busy machine it takes seconds.
import '../../../src/on-demand';

const MIME = 'application/vnd.jupyter-azure-auth.waiting+json';
const WORDS = 'Waiting for you to sign in';

let auth: FakeAuth;
let kernels: FakeKernels;
let factory: IRenderMime.IRendererFactory;
let cell: IRenderMime.IRenderer;

beforeEach(() => {
  auth = new FakeAuth();
  kernels = new FakeKernels();
  factory = waitingOutputFactory({
    ...{ auth, kernels, showPanel: jest.fn() },
    trans: nullTranslator.load('')
  });
  cell = factory.createRenderer({} as IRenderMime.IRendererOptions);
});

afterEach(async () => {
  await act(async () => cell.dispose());
});

/** Show an output with this in it, and wait until its renderer is loaded. */
async function show(waiting: unknown, words: unknown = WORDS): Promise<void> {
  const data = { [MIME]: waiting, 'text/plain': words };
  await act(async () => {
    Widget.attach(cell, document.body);
    await cell.renderModel({ data } as unknown as IRenderMime.IMimeModel);
    MessageLoop.flush();
    await import('../../../src/on-demand');
  });
}

const text = (): string => cell.node.textContent!;
const buttons = (): string[] =>
  [...cell.node.querySelectorAll('button')].map(button => button.textContent!);

it('is for trusted notebooks only, before HTML', () => {
  expect(factory.safe).toBe(false);
  expect(factory.defaultRank).toBeLessThan(50);
  expect(factory.mimeTypes).toEqual([MIME]);
});

it('shows the text of the kernel until the user of this page is asked', async () => {
  await show({ request_id: 'r1' });
  expect(text()).toBe(WORDS);
  kernels.setState({ waiting: [aRequest({ requestId: 'other' })] });
  expect(text()).toBe(WORDS);
});

it('asks about its own cell, whatever else waits', async () => {
  await show({ request_id: 'r1' });
  const request = aRequest();
  kernels.setState({ waiting: [aRequest({ requestId: 'older', label: 'older.ipynb' }), request] });
  expect(text()).toContain('analysis.ipynb is waiting for a token for Storage.');
  expect(text()).not.toContain('older.ipynb');
  expect(text()).not.toContain(WORDS);
  expect(buttons()).toEqual(['Sign in', 'Not now', 'More in the Azure panel']);
  cell.node.querySelector('button')!.click();
  expect(auth.signIn).toHaveBeenCalledWith(request.request);
});

it('repeats neither the account nor Sign out of the panel', async () => {
  auth.setState(ALICE);
  await show({ request_id: 'r1' });
  kernels.setState({ waiting: [aRequest({ question: 'access' })] });
  expect(buttons()).toEqual(['Allow', 'Allow for this kernel', 'Deny', 'More in the Azure panel']);
  expect(cell.node.querySelector('details')).toBeNull();
  expect(text()).not.toContain(ALICE.account.username);
});

it('goes away when the wait is over', async () => {
  await show({ request_id: 'r1' });
  kernels.setState({ waiting: [aRequest()] });
  auth.setState(ALICE);
  kernels.setState({ waiting: [] });
  expect(text()).toBe('');
});

/** Neither can be converted to a text; the first is JSON. */
const HOSTILE = [{ toString: null, valueOf: null }, Object.create(null)];

it.each([
  ...[[null], ['r1'], [{ request_id: 5 }], [{}], [{ request_id: '' }], [{ request_id: ['r1'] }]],
  ...HOSTILE.flatMap(value => [[value], [{ request_id: value }]])
])('shows only the text for %j', async waiting => {
  await show(waiting);
  kernels.setState({ waiting: [aRequest()] });
  expect(text()).toBe(WORDS);
});

it.each([...HOSTILE, null, 5, [WORDS]])(
  'prompts if its text is %j, which is not a string',
  async words => {
    await show({ request_id: 'r1' }, words);
    expect(text()).toBe('');
    kernels.setState({ waiting: [aRequest()] });
    expect(buttons()).toContain('Sign in');
  }
);
