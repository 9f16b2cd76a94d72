/** @jest-environment jsdom */
import type { DOMWidgetView, ExportMap } from '@jupyter-widgets/base';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { SignInModel, signInWidget } from '../../../src/widget/sign-in-widget';
import { ALICE, aRequest, FakeKernels, FakeAuth } from '../panel/fixtures';
// Loaded before the first test's time runs: on a busy machine it takes seconds.
import '../../../src/on-demand';

let auth: FakeAuth;
let kernels: FakeKernels;
let classes: ExportMap;

beforeEach(() => {
  auth = new FakeAuth();
  kernels = new FakeKernels();
  classes = signInWidget({
    ...{ auth, kernels, showPanel: jest.fn() },
    trans: nullTranslator.load('')
  });
});

/** A view of it, shown in the notebook of a kernel. */
async function view(kernelId: string | null): Promise<DOMWidgetView> {
  const manager = { kernel: kernelId === null ? null : { id: kernelId } };
  const model = new SignInModel({}, { model_id: 'm', widget_manager: manager as never });
  const View = classes['SignInView'] as unknown as new (options: object) => DOMWidgetView;
  const shown = new View({ model, options: {} });
  await act(async () => {
    shown.render();
    Widget.attach(shown.luminoWidget, document.body);
  });
  return shown;
}

const text = ({ el }: DOMWidgetView): string => el.textContent!;

it('has no state beyond that of every widget', () => {
  const model = new SignInModel({}, { model_id: 'm', widget_manager: {} as never });
  const names = Object.keys(model.attributes).filter(name => !name.startsWith('_'));
  expect(names.sort()).toEqual(['tabbable', 'tooltip']);
});

it('shows who is signed in, from the page, and gets ready for a click', async () => {
  const shown = await view('k1');
  expect(auth.prepare).toHaveBeenCalledTimes(1);
  expect(text(shown)).toContain('Sign in');
  auth.setState(ALICE);
  expect(text(shown)).toContain('alice@contoso.com');
  expect(text(shown)).toContain('Sign out');
});

it('asks about cells of its own kernel only', async () => {
  const shown = await view('k1');
  kernels.setState({ waiting: [aRequest({ kernelId: 'k2', label: 'other.ipynb' })] });
  expect(text(shown)).not.toContain('is waiting');
  kernels.setState({ waiting: [aRequest()] });
  expect(text(shown)).toContain('analysis.ipynb is waiting');
});

it('shows as much in a notebook without a kernel', async () => {
  const shown = await view(null);
  auth.setState(ALICE);
  expect(text(shown)).toContain('alice@contoso.com');
});

it('disconnects from the session when it is closed', async () => {
  const shown = await view('k1');
  await act(async () => shown.remove());
  auth.setState(ALICE);
  expect(text(shown)).toBe('');
});
