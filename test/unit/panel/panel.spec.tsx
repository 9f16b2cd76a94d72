/** @jest-environment jsdom */
import type { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { act } from 'react';
import { authStatus } from '../../../src/status-bar/auth-status';
import { attentionIcon, azureIcon } from '../../../src/panel/icon';
import { AzurePanel } from '../../../src/panel/panel';
import { BOB } from '../kernels/kernel-harness';
import { ALICE, FakeKernels, FakeAuth, NOW, aGrant } from './fixtures';
// Loaded before the first test's time runs: on a busy machine it takes seconds.
import '../../../src/on-demand';

let auth: FakeAuth;
let kernels: FakeKernels;
let panel: AzurePanel;

const execute = jest.fn();

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  auth = new FakeAuth();
  kernels = new FakeKernels();
  panel = new AzurePanel({
    auth,
    kernels,
    trans: nullTranslator.load(''),
    commands: { execute, isEnabled: () => true },
    serverSettings: {} as ServerConnection.ISettings
  });
});

afterEach(async () => {
  await noticed(() => panel.dispose());
  jest.useRealTimers();
});

/** Change the panel, and let it update: Lumino defers updates, and its body is loaded lazily. */
async function noticed(change: () => void): Promise<void> {
  await act(async () => {
    change();
    MessageLoop.flush();
    await import('../../../src/on-demand');
  });
}

const attach = (): Promise<void> => noticed(() => Widget.attach(panel, document.body));

describe('AzurePanel', () => {
  it('is a region by the name that users and tests rely on', () => {
    expect(panel.id).toBe('azure-auth-panel');
    expect(panel.node.getAttribute('role')).toBe('region');
    expect(panel.node.getAttribute('aria-label')).toBe('Azure');
    expect(panel.title.caption).toBe('Azure');
  });

  it('sends no request before it is shown', async () => {
    panel.hide();
    await attach();
    expect(auth.prepare).not.toHaveBeenCalled();
    await noticed(() => panel.show());
    expect(auth.prepare).toHaveBeenCalledTimes(1);
  });

  it('prepares when it is attached and visible', async () => {
    await attach();
    expect(auth.prepare).toHaveBeenCalledTimes(1);
    expect(panel.node.textContent).toContain('Nothing is saved in notebooks.');
  });

  it('opens the settings that are invalid', async () => {
    const problem = { code: 'bad_configuration', detail: 'clientId', request: null } as const;
    await attach();
    await noticed(() => auth.setState({ kind: 'needs-attention', problem, signedIn: null }));
    const buttons = [...panel.node.querySelectorAll('button')];
    expect(buttons.map(({ textContent }) => textContent)).not.toContain('Sign in');
    buttons.find(({ textContent }) => textContent === 'Open settings')!.click();
    expect(execute).toHaveBeenCalledWith('settingeditor:open', { query: 'Azure' });
  });

  it('takes the focus when it is activated, and passes it to its first button', async () => {
    await attach();
    panel.activate();
    await noticed(() => void 0);
    // Not before the next frame: the command palette takes it away until then.
    expect(document.activeElement).toBe(document.body);
    await noticed(() => void jest.advanceTimersByTime(20));
    expect(document.activeElement?.textContent).toBe('Sign in');
    expect(panel.node.querySelector('footer')).toBeNull();
  });

  it('keeps the focus itself while its only buttons are links', async () => {
    auth.setState({ kind: 'starting' });
    await attach();
    panel.activate();
    await noticed(() => void 0);
    await noticed(() => void jest.advanceTimersByTime(20));
    expect(panel.node.textContent).toContain('Check the installation');
    expect(document.activeElement).toBe(panel.node);
  });

  it('has a badge while the user has something to do', () => {
    panel.setStatus(
      authStatus(auth.state, [{ kernelId: 'k', question: 'sign-in' }], nullTranslator.load(''))
    );
    expect(panel.title.icon).toMatchObject({ svgstr: attentionIcon.svgstr });
    expect(panel.title.caption).toBe('Azure: 1 cell is waiting');
    panel.setStatus(authStatus(auth.state, [], nullTranslator.load('')));
    expect(panel.title.icon).toMatchObject({ svgstr: azureIcon.svgstr });
    expect(panel.title.caption).toBe('Azure');
  });

  it.each([
    ['another account', BOB],
    ['another directory', { ...ALICE, chosenTenantId: 'fabrikam-id' }]
  ])('says nothing of an earlier test of access to %s', async (_, signedIn) => {
    auth.setState(ALICE);
    auth.getToken.mockRejectedValue(new TypeError());
    await attach();
    const button = [...panel.node.querySelectorAll('button')].find(
      ({ textContent }) => textContent === 'Test access'
    );
    await noticed(() => button!.click());
    expect(panel.node.textContent).toContain('cannot reach Azure Resource Manager');
    await noticed(() => auth.setState(signedIn));
    expect(panel.node.textContent).not.toContain('cannot reach Azure Resource Manager');
  });

  it('updates times only while it is visible', async () => {
    const text = (): string => panel.node.textContent!;
    auth.setState(ALICE);
    kernels.setState({ grants: [aGrant()] });
    await attach();
    expect(text()).toContain('just now');
    act(() => void jest.advanceTimersByTime(120_000));
    expect(text()).toContain('2 min ago');
    await noticed(() => panel.hide());
    act(() => void jest.advanceTimersByTime(120_000));
    expect(text()).toContain('2 min ago');
    await noticed(() => panel.show());
    expect(text()).toContain('4 min ago');
  });
});
