/** @jest-environment jsdom */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { addCommands, CommandIDs } from '../../../src/panel/commands';
import type { AzureAuthState, AzureProblemCode, IAzureProblem } from '../../../src/tokens';
import { ALICE, FakeKernels, FakeAuth, MACHINE, MANAGEMENT, STORAGE, aRequest } from './fixtures';

const ALL = Object.values(CommandIDs);
const HOSTILE = { scopes: ['https://evil.test/.default'], authority: 'https://evil.test/' };
/** What lets the user choose an account. */
const CHOOSE = { scopes: [], prompt: true };
const problem = (code: AzureProblemCode): IAzureProblem => ({ code, detail: null, request: null });
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
      'azure-auth:sign-out',
      'azure-auth:switch-account'
    ]);
  });

  it.each(ALL)('describe %s as one without arguments', async id => {
    const { args } = await commands.describedBy(id);
    expect(args).toEqual({ type: 'object', properties: {} });
  });

  it('sign in inside the click, for the cell that waits longest, whatever their arguments', () => {
    kernels.waiting = [aRequest({ request: { scopes: MANAGEMENT } }), aRequest()];
    void commands.execute(CommandIDs.signIn, HOSTILE);
    expect(auth.signIn.mock.calls).toEqual([[{ scopes: MANAGEMENT }]]);
    expect(activateById).toHaveBeenCalledWith('panel');
  });

  it('switch the account while one is signed in and no cell waits', () => {
    expect(commands.label(CommandIDs.signIn)).toBe('Sign in to Azure');
    expect(commands.isEnabled(CommandIDs.switchAccount)).toBe(false);
    auth.setState(ALICE);
    expect(commands.label(CommandIDs.signIn)).toBe('Switch account');
    void commands.execute(CommandIDs.signIn, HOSTILE);
    void commands.execute(CommandIDs.switchAccount, HOSTILE);
    expect(auth.signIn.mock.calls).toEqual([[CHOOSE], [CHOOSE]]);
    kernels.setState({ waiting: [aRequest({ request: { scopes: MANAGEMENT } })] });
    expect(commands.label(CommandIDs.signIn)).toBe('Sign in to Azure');
    auth.setState(MACHINE);
    expect(commands.isEnabled(CommandIDs.switchAccount)).toBe(false);
  });

  it('show a question that no sign-in answers, instead of starting one', () => {
    auth.setState(ALICE);
    kernels.setState({
      waiting: [aRequest({ question: 'access' }), aRequest({ question: 'share' })]
    });
    expect(commands.label(CommandIDs.signIn)).toBe('Answer in the Azure panel');
    void commands.execute(CommandIDs.signIn, HOSTILE);
    expect(auth.signIn).not.toHaveBeenCalled();
    expect(activateById).toHaveBeenCalledWith('panel');
    // The panel shows one question at a time, the oldest.
    kernels.setState({ waiting: [aRequest({ question: 'consent' }), ...kernels.waiting] });
    expect(commands.label(CommandIDs.signIn)).toBe('Sign in to Azure');
  });

  it.each<[AzureAuthState]>([[{ kind: 'signed-out' }], [MACHINE]])(
    'sign in the user for a question about access, if none is signed in: %j',
    state => {
      auth.setState(state);
      kernels.setState({ waiting: [aRequest({ question: 'access' })] });
      expect(commands.label(CommandIDs.signIn)).toBe('Sign in to Azure');
      void commands.execute(CommandIDs.signIn, HOSTILE);
      expect(auth.signIn.mock.calls).toEqual([[{ scopes: STORAGE }]]);
    }
  );

  it('are shown again when a request changes them, but not for each token of a kernel', () => {
    const shownAgain = jest.fn();
    commands.commandChanged.connect(shownAgain);
    kernels.setState({ grants: [] });
    kernels.setState({ waiting: [aRequest()] });
    expect(shownAgain).not.toHaveBeenCalled();
    auth.setState(ALICE);
    shownAgain.mockClear();
    kernels.setState({ waiting: [] });
    expect(shownAgain).toHaveBeenCalledTimes(1);
    kernels.setState({ grants: [] });
    expect(shownAgain).toHaveBeenCalledTimes(1);
    kernels.setState({ waiting: [aRequest()] });
    expect(shownAgain).toHaveBeenCalledTimes(2);
  });

  it.each<[AzureAuthState, boolean]>([
    [{ kind: 'starting' }, true],
    [{ kind: 'signed-out' }, false],
    [ALICE, true],
    [MACHINE, false],
    [{ kind: 'needs-attention', problem: problem('network'), signedIn: null }, false],
    [{ kind: 'needs-attention', problem: problem('network'), signedIn: ALICE }, true],
    [{ kind: 'needs-attention', problem: problem('sign_in_ended'), signedIn: null }, true]
  ])('offer to sign out of %j: %s', (state, expected) => {
    const changed = jest.fn();
    commands.commandChanged.connect(changed);
    auth.setState(state);
    expect(changed).toHaveBeenCalled();
    expect(commands.isEnabled(CommandIDs.signOut)).toBe(expected);
  });

  it('return nothing', async () => {
    expect(await commands.execute(CommandIDs.signIn, HOSTILE)).toBeUndefined();
    expect(await commands.execute(CommandIDs.showPanel, HOSTILE)).toBeUndefined();
  });

  it('sign out after the user has said yes', async () => {
    auth.setState(ALICE);
    await answer(CommandIDs.signOut, 'jp-mod-accept');
    expect(auth.signOut).toHaveBeenCalledTimes(1);
  });

  it('do not sign out if the user cancels', async () => {
    auth.setState(ALICE);
    await answer(CommandIDs.signOut, 'jp-mod-reject');
    expect(auth.signOut).not.toHaveBeenCalled();
  });
});
