/** @jest-environment jsdom */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IStatusBar } from '@jupyterlab/statusbar';
import type { Widget } from '@lumino/widgets';
import { statusPlugin } from '../../../src/status-bar/plugin';
import { publicAuth, publicKernelTokens } from '../../../src/public-api';
import { ALICE, FakeAuth, FakeKernels, aRequest } from '../panel/fixtures';

let auth: FakeAuth;
let kernels: FakeKernels;
const execute = jest.fn();
const add = jest.fn();
const registerStatusItem = jest.fn();

beforeEach(() => {
  jest.clearAllMocks();
  localStorage.clear();
  auth = new FakeAuth();
  kernels = new FakeKernels();
});

async function activate(statusBar: IStatusBar | null): Promise<void> {
  const app = {
    commands: { execute },
    shell: { add },
    serviceManager: { serverSettings: { baseUrl: '/user/alice/' } },
    restored: Promise.resolve()
  } as unknown as JupyterFrontEnd;
  await statusPlugin.activate(app, publicAuth(auth), publicKernelTokens(kernels), statusBar, null);
  await Promise.resolve();
}

const buttonOf = (item: Widget): HTMLButtonElement => item.node.querySelector('button')!;

it('is an item of the status bar, if there is one', async () => {
  await activate({ registerStatusItem });
  expect(add).not.toHaveBeenCalled();
  const [id, { item }] = registerStatusItem.mock.calls[0];
  expect(id).toBe('azure-auth-status');
  const node = buttonOf(item);
  expect(node.textContent).toBe('○Sign in to Azure');
  auth.setState(ALICE);
  expect(node.textContent).toBe('◉alice@contoso.com');
  expect(node.getAttribute('aria-label')).toBe('Azure account: alice@contoso.com');
  kernels.setState({ waiting: [aRequest()] });
  expect(node.textContent).toBe('⚠1 waiting');
  expect(node.getAttribute('aria-label')).toBe('Azure: 1 cell is waiting');
});

it('is in the menu bar otherwise, and shows the panel', async () => {
  await activate(null);
  expect(add).toHaveBeenCalledWith(expect.anything(), 'menu', { rank: 12_000 });
  buttonOf(add.mock.calls[0][0]).click();
  expect(execute.mock.calls).toEqual([['azure-auth:show-panel']]);
});

it('asks the server only if this browser has seen an identity there', async () => {
  await activate(null);
  expect(auth.prepare).not.toHaveBeenCalled();
  auth.setState(ALICE);
  await activate(null);
  expect(auth.prepare).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(localStorage)).not.toContain('alice@');
  auth.setState({ kind: 'signed-out' });
  await activate(null);
  expect(auth.prepare).toHaveBeenCalledTimes(1);
});
