/** @jest-environment jsdom */
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { notifyOfWaiting } from '../../../src/panel/notification';
import type { SignInMethodName } from '../../../src/tokens';
import { ALICE, BOBS, aRequest, aMethod, FakeKernels, FakeAuth } from './fixtures';

describe('notifyOfWaiting', () => {
  const trans = nullTranslator.load('');
  let auth: FakeAuth;
  let kernels: FakeKernels;
  let visible: boolean;
  let showPanel: jest.Mock;

  beforeEach(() => {
    jest.useFakeTimers();
    visible = false;
    auth = new FakeAuth();
    kernels = new FakeKernels();
    // The token service hears of a sign-in first, and reports the tokens that its kernels got.
    auth.stateChanged.connect(() => kernels.changed.emit());
    const panelToggled = (): void => undefined;
    showPanel = jest.fn();
    const isPanelVisible = (): boolean => visible;
    notifyOfWaiting({ auth, kernels, isPanelVisible, showPanel, panelToggled, trans });
  });

  afterEach(() => {
    Notification.manager.dismiss();
    jest.useRealTimers();
  });

  const shown = (): string[] => Notification.manager.notifications.map(({ message }) => message);

  it('asks about one cell, as long as it waits', () => {
    kernels.setState({
      waiting: [aRequest(), aRequest({ requestId: 'r2', label: 'other.ipynb' })]
    });
    expect(shown()).toEqual(['analysis.ipynb is waiting for a token for Storage.']);
    kernels.setState({ waiting: [] });
    expect(shown()).toEqual([]);
  });

  it('says when another account is needed', () => {
    auth.setState(ALICE);
    kernels.setState({ waiting: [BOBS] });
    jest.advanceTimersByTime(1500);
    expect(shown()).toEqual([
      'analysis.ipynb needs a token for Storage from an account other than alice@contoso.com.'
    ]);
  });

  it.each<[SignInMethodName, number, number]>([
    ['popup', 1, 0],
    ['device-code', 0, 1]
  ])('signs in by %s: inside the click, or in the panel only', (name, asked, shows) => {
    auth.methods = [aMethod({ name })];
    kernels.setState({ waiting: [aRequest()] });
    const [{ options }] = Notification.manager.notifications as [Notification.INotification];
    options.actions![0]!.callback(new MouseEvent('click'));
    expect([auth.signIn.mock.calls.length, showPanel.mock.calls.length]).toEqual([asked, shows]);
  });

  it('leaves it to the panel if that is visible', () => {
    visible = true;
    kernels.setState({ waiting: [aRequest()] });
    expect(shown()).toEqual([]);
  });

  it('does not ask again about cells that are about to resume after a sign-in', () => {
    kernels.setState({ waiting: [aRequest()] });
    auth.setState({ kind: 'signing-in', method: 'popup', deviceCode: null });
    expect(shown()).toEqual([]);
    auth.setState(ALICE);
    expect(shown()).toEqual([]);
    jest.advanceTimersByTime(1499);
    expect(shown()).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(shown()).toHaveLength(1);
  });

  it('asks for what a sign-in alone does not give', () => {
    auth.setState(ALICE);
    kernels.setState({ waiting: [aRequest({ question: 'consent' })] });
    expect(shown()).toHaveLength(1);
  });
});
