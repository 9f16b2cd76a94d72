/** @jest-environment jsdom */
import { type ICommOpen, KernelConnections } from '../../../src/kernels/connections';
import { OwnClientIds } from '../../../src/kernels/own-client-ids';
import { FakeConnection, aClient } from './kernel-harness';

const NOTEBOOK = aClient('a.ipynb');
const CONSOLE = aClient('console-1');
let connections: KernelConnections;
let notebook: FakeConnection;
let console_: FakeConnection;
let opened: ICommOpen[];
let closed: string[];
let gone: string[];

beforeEach(() => {
  sessionStorage.clear();
  connections = new KernelConnections(new OwnClientIds(sessionStorage));
  notebook = new FakeConnection('k1', 'of-notebook');
  console_ = new FakeConnection('k1', 'of-console');
  connections.add(notebook.self, NOTEBOOK);
  connections.add(console_.self, CONSOLE);
  [opened, closed, gone] = [[], [], []];
  connections.opened.connect((_, commOpen) => opened.push(commOpen));
  connections.closed.connect((_, { kernelId, commId }) => closed.push(`${kernelId} ${commId}`));
  connections.restarted.connect((_, kernelId) => gone.push(`restarted ${kernelId}`));
  connections.lost.connect((_, kernelId) => gone.push(`lost ${kernelId}`));
});

/** A message that every connection of the kernel receives. */
function say(type: string, content: object, session = 'of-console'): void {
  notebook.say(type, content, session);
  console_.say(type, content, session);
}

const commOpen = (id: string, change: object = {}): object => ({
  comm_id: id,
  target_name: 'jupyter-azure-auth',
  data: { a: 1 },
  ...change
});

describe('KernelConnections', () => {
  it('emits a comm once for two connections, with its sender', () => {
    say('comm_open', commOpen('c1'));
    const sender = { client: CONSOLE, clientId: 'of-console' };
    expect(opened).toEqual([{ kernelId: 'k1', commId: 'c1', data: { a: 1 }, ...sender }]);
  });

  it('finds no document for a session of another page', () => {
    say('comm_open', commOpen('c1'), 'theirs');
    expect(opened[0]!.client).toBeNull();
  });

  it.each([null, undefined, 'of-notebook', {}, { session: {} }])(
    'emits a comm with the parent %j, which names no sender',
    parent => {
      notebook.sayBelow(parent, 'comm_open', commOpen('c1'));
      expect(opened).toMatchObject([{ commId: 'c1', client: null, clientId: '' }]);
    }
  );

  it('treats a cell from before a reload of this tab as its own', () => {
    const reloaded = new KernelConnections(new OwnClientIds(sessionStorage));
    const again = new FakeConnection('k1', 'after-the-reload');
    reloaded.add(again.self, NOTEBOOK);
    reloaded.opened.connect((_, commOpen) => opened.push(commOpen));
    again.say('comm_open', commOpen('c1'), 'of-notebook');
    again.say('comm_open', commOpen('c2'), 'theirs');
    expect(opened.map(({ client }) => client)).toEqual([NOTEBOOK, null]);
  });

  it('does not emit a comm again that arrives late on a second connection', () => {
    notebook.say('comm_open', commOpen('c1'));
    notebook.say('comm_close', { comm_id: 'c1' });
    console_.say('comm_open', commOpen('c1'));
    expect([opened.length, closed]).toEqual([1, ['k1 c1']]);
  });

  it.each<[string, object]>([
    ['of other packages', { target_name: 'jupyter.widget' }],
    ['without an id', { comm_id: undefined }],
    ['with an id of 1 MB', { comm_id: 'c'.repeat(1_000_000) }],
    ['without data', { data: undefined, target_name: undefined }]
  ])('ignores comms %s', (_, change) => {
    say('comm_open', commOpen('c1', change));
    expect(opened).toEqual([]);
  });

  it('remembers 1000 ids of comms, however many are opened', () => {
    for (let i = 0; i < 5000; i++) {
      notebook.say('comm_open', commOpen(`c${i}`));
    }
    expect(opened).toHaveLength(5000);
    notebook.say('comm_open', commOpen('c4999'));
    notebook.say('comm_open', commOpen('c4000'));
    expect(opened).toHaveLength(5000);
    notebook.say('comm_open', commOpen('c3999'));
    expect(opened).toHaveLength(5001);
  });

  it('distinguishes two kernels that use the same id', () => {
    const other = new FakeConnection('k2', 's');
    connections.add(other.self, aClient('b.ipynb'));
    notebook.say('comm_open', commOpen('c1'));
    other.say('comm_open', commOpen('c1'));
    expect(opened.map(({ kernelId }) => kernelId)).toEqual(['k1', 'k2']);
  });

  it('registers the target once per connection, so that JupyterLab does not close the comm', () => {
    connections.add(notebook.self, NOTEBOOK);
    expect(notebook.registerCommTarget.mock.calls).toEqual([
      ['jupyter-azure-auth', expect.any(Function)]
    ]);
    notebook.say('comm_open', commOpen('c1'));
    expect(opened).toHaveLength(1);
  });

  it('continues with a console when the notebook is closed', () => {
    notebook.close();
    console_.say('comm_open', commOpen('c1'));
    expect([opened[0]!.client, gone]).toEqual([CONSOLE, []]);
    expect(connections.find('k1')).toBe(console_.self);
    console_.close();
    expect([connections.find('k1'), gone]).toEqual([null, ['lost k1']]);
  });

  it.each<['restarting' | 'autorestarting' | 'dead' | 'busy' | 'idle', string[]]>([
    ['restarting', ['restarted k1']],
    ['autorestarting', ['restarted k1']],
    ['dead', ['restarted k1']],
    ['busy', []],
    ['idle', []]
  ])('emits that a kernel is %s: %j', (status, told) => {
    notebook.statusChanged.emit(status);
    expect(gone).toEqual(told);
  });

  it('emits that an output was replaced', () => {
    const clients: string[] = [];
    connections.outputReplaced.connect((_, { client }) => clients.push(client.label));
    notebook.say('update_display_data', {});
    expect(clients).toEqual(['a.ipynb']);
  });
});
