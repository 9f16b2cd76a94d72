/** @jest-environment jsdom */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { addCommands, CommandIDs } from '../../../src/panel/commands';
import { FakeKernels, FakeAuth, MANAGEMENT, aRequest } from './fixtures';

const ALL = Object.values(CommandIDs);
const HOSTILE = { scopes: ['https://evil.test/.default'], authority: 'https://evil.test/' };
let commands: CommandRegistry;
let auth: FakeAuth;
let kernels: FakeKernels;
let activateById: jest.Mock;

beforeEach(() => {
  // The dialog renders asynchronously, as in JupyterLab.
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = false;
  commands = new CommandRegistry();
  auth = new FakeAuth();
  kernels = new FakeKernels();
  activateById = jest.fn();
  const app = { commands, shell: { activateById } } as unknown as JupyterFrontEnd;
  addCommands(app, auth, kernels, 'panel', nullTranslator.load(''));
});

const turn = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

/** Run a command that asks first, and answer with a button. */
async function answer(id: string, button: string): Promise<void> {
  const ended = commands.execute(id);
  const find = (): HTMLElement | null => document.querySelector(`.jp-Dialog .${button}`);
  while (find() === null) {
    await turn();
  }
  expect(auth.signOut).not.toHaveBeenCalled();
  find()!.click();
  await ended;
}

describe('the commands', () => {
  it('have the names that users and administrators rely on', () => {
    expect(ALL.sort()).toEqual([
      'azure-auth:show-panel',
      'azure-auth:sign-in',
      'azure-auth:sign-out'
    ]);
  });

  it.each(ALL)('describe %s as one without arguments', async id => {
    const { args } = await commands.describedBy(id);
    expect(args).toEqual({ type: 'object', properties: {} });
  });

  it('sign in inside the click, for the cell that waits longest, whatever they are told', () => {
    kernels.waiting = [aRequest({ request: { scopes: MANAGEMENT } }), aRequest()];
    void commands.execute(CommandIDs.signIn, HOSTILE);
    expect(auth.signIn.mock.calls).toEqual([[{ scopes: MANAGEMENT }]]);
    expect(activateById).toHaveBeenCalledWith('panel');
  });

  it('return nothing', async () => {
    expect(await commands.execute(CommandIDs.signIn, HOSTILE)).toBeUndefined();
    expect(await commands.execute(CommandIDs.showPanel, HOSTILE)).toBeUndefined();
  });

  it('sign out after the user has said yes', async () => {
    await answer(CommandIDs.signOut, 'jp-mod-accept');
    expect(auth.signOut).toHaveBeenCalledTimes(1);
  });

  it('do not after no', async () => {
    await answer(CommandIDs.signOut, 'jp-mod-reject');
    expect(auth.signOut).not.toHaveBeenCalled();
  });
});
