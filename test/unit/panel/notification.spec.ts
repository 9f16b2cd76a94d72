/** @jest-environment jsdom */
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { notifyOfWaiting } from '../../../src/panel/notification';
import type { WayName } from '../../../src/tokens';
import { ALICE, BOBS, aRequest, aWay, FakeKernels, FakeSession } from './fixtures';

describe('notifyOfWaiting', () => {
  const trans = nullTranslator.load('');
  let session: FakeSession;
  let kernels: FakeKernels;
  let visible: boolean;
  let showPanel: jest.Mock;

  beforeEach(() => {
    jest.useFakeTimers();
    visible = false;
    session = new FakeSession();
    kernels = new FakeKernels();
    // The token service hears of a sign-in first, and reports the tokens that its kernels got.
    session.stateChanged.connect(() => kernels.changed.emit());
    const panelToggled = (): void => undefined;
    showPanel = jest.fn();
    const isPanelVisible = (): boolean => visible;
    notifyOfWaiting({ session, kernels, isPanelVisible, showPanel, panelToggled, trans });
  });

  afterEach(() => {
    Notification.manager.dismiss();
    jest.useRealTimers();
  });

  const shown = (): string[] => Notification.manager.notifications.map(({ message }) => message);

  it('asks about one cell, as long as it waits', () => {
    kernels.become({ waiting: [aRequest(), aRequest({ requestId: 'r2', label: 'other.ipynb' })] });
    expect(shown()).toEqual(['analysis.ipynb is waiting for a token for Storage.']);
    kernels.become({ waiting: [] });
    expect(shown()).toEqual([]);
  });

  it('says when only somebody else will do', () => {
    session.become(ALICE);
    kernels.become({ waiting: [BOBS] });
    jest.advanceTimersByTime(1500);
    expect(shown()).toEqual([
      'analysis.ipynb needs a token for Storage from an account other than alice@contoso.com.'
    ]);
  });

  it.each<[WayName, number, number]>([
    ['popup', 1, 0],
    ['device-code', 0, 1]
  ])('signs in by %s: inside the click, or in the panel only', (name, asked, shows) => {
    session.ways = [aWay({ name })];
    kernels.become({ waiting: [aRequest()] });
    const [{ options }] = Notification.manager.notifications as [Notification.INotification];
    options.actions![0]!.callback(new MouseEvent('click'));
    expect([session.signIn.mock.calls.length, showPanel.mock.calls.length]).toEqual([asked, shows]);
  });

  it('leaves it to the panel where that is seen', () => {
    visible = true;
    kernels.become({ waiting: [aRequest()] });
    expect(shown()).toEqual([]);
  });

  it('asks nobody again about cells that are about to go on after a sign-in', () => {
    kernels.become({ waiting: [aRequest()] });
    session.become({ kind: 'signing-in', way: 'popup', deviceCode: null });
    expect(shown()).toEqual([]);
    session.become(ALICE);
    expect(shown()).toEqual([]);
    jest.advanceTimersByTime(1499);
    expect(shown()).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(shown()).toHaveLength(1);
  });

  it('asks for what a sign-in alone does not give', () => {
    session.become(ALICE);
    kernels.become({ waiting: [aRequest({ question: 'consent' })] });
    expect(shown()).toHaveLength(1);
  });
});
