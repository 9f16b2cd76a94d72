/** @jest-environment jsdom */
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { KernelConnections } from '../../../src/kernels/connections';
import { OwnClientIds } from '../../../src/kernels/own-client-ids';
import type { Answer } from '../../../src/kernels/protocol';
import { answerSender } from '../../../src/kernels/transport';
import { FakeConnection, aClient } from './kernel-harness';

const PENDING: Answer = { request_id: 'r1', kind: 'pending', reason: 'acquiring' };

/** Of the connections that are made. */
let state: Kernel.ConnectionStatus = 'connected';

/**
 * A connection that records what is sent on control; `done` is when the kernel has processed it.
 */
class Sending extends FakeConnection {
  readonly username = '';
  status: Kernel.Status = 'busy';
  connectionStatus = state;
  readonly connectionStatusChanged = new Signal<this, void>(this);
  done: Promise<unknown> = Promise.resolve();
  readonly sent: KernelMessage.IMessage[] = [];
  readonly dispose = jest.fn();

  become(status: Kernel.ConnectionStatus): void {
    this.connectionStatus = status;
    this.connectionStatusChanged.emit();
  }

  sendControlMessage(message: KernelMessage.IMessage): { done: Promise<unknown> } {
    this.sent.push(message);
    return { done: this.done };
  }
}

const connections = new KernelConnections(new OwnClientIds(sessionStorage));
const passing: Sending[] = [];
const connectTo = jest.fn(() => {
  passing.push(new Sending('k2', 'passing'));
  return passing.at(-1)!.self;
});
const manager = { connectTo, running: () => [{ id: 'k2' }] };
const send = answerSender(connections, manager as unknown as Kernel.IManager);

/** A notebook of this page on a kernel. */
function open(kernelId: string): Sending {
  const connection = new Sending(kernelId, `session of ${kernelId}`);
  connections.add(connection.self, aClient(kernelId));
  return connection;
}

const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve));

describe('answerSender', () => {
  it('sends on control over a connection of this page, to this kernel only', () => {
    const other = open('k3');
    const ours = open('k1');
    send('k1', 'c1', PENDING);
    expect(ours.sent).toMatchObject([
      {
        channel: 'control',
        header: { msg_type: 'comm_msg', session: 'session of k1' },
        content: { comm_id: 'c1', data: PENDING }
      }
    ]);
    expect([other.sent, connectTo.mock.calls]).toEqual([[], []]);
  });

  it('tolerates a kernel that goes away, or is gone', async () => {
    const going = open('k4');
    going.done = Promise.reject(new Error('Canceled future'));
    send('k4', 'c1', PENDING);
    going.status = 'dead';
    send('k4', 'c2', PENDING);
    await settle();
    expect(going.sent).toHaveLength(1);
  });

  it('makes a connection for a kernel that runs on without its notebook, and ends it', async () => {
    send('k2', 'c1', PENDING);
    expect(connectTo).toHaveBeenCalledWith({ model: { id: 'k2', name: '' }, handleComms: false });
    await settle();
    expect(passing[0]!.sent).toHaveLength(1);
    expect(passing[0]!.dispose).toHaveBeenCalledTimes(1);
  });

  it('makes one for a kernel that has not processed an earlier answer', async () => {
    const deaf = open('k5');
    deaf.done = new Promise(() => undefined);
    send('k5', 'c1', PENDING);
    send('k5', 'c2', PENDING);
    expect(deaf.sent).toHaveLength(2);
    const soon = Date.now() + 900;
    jest.spyOn(Date, 'now').mockReturnValue(soon);
    passing.length = 0;
    send('k5', 'c3', PENDING);
    expect(deaf.sent).toHaveLength(2);
    await settle();
    expect(passing.map(({ sent }) => sent)).toMatchObject([[{ content: { comm_id: 'c3' } }]]);
    expect(passing[0]!.dispose).toHaveBeenCalledTimes(1);
  });

  it('makes one at a time for each kernel, and waits for it', async () => {
    passing.length = 0;
    state = 'connecting';
    send('k2', 'c1', PENDING);
    send('k2', 'c2', PENDING);
    const [only] = passing as [Sending];
    await settle();
    expect([passing.length, only.sent]).toEqual([1, []]);
    only.become('connected');
    await settle();
    expect(only.sent).toMatchObject([
      { content: { comm_id: 'c1' } },
      { content: { comm_id: 'c2' } }
    ]);
    expect(only.dispose).toHaveBeenCalledTimes(1);
    state = 'connected';
  });

  it('sends nothing if its connection is not made, and makes another one for the next', async () => {
    passing.length = 0;
    state = 'connecting';
    send('k2', 'c1', PENDING);
    passing[0]!.become('disconnected');
    await settle();
    state = 'connected';
    send('k2', 'c2', PENDING);
    await settle();
    expect(passing.map(({ sent }) => sent.length)).toEqual([0, 1]);
    expect(passing.map(({ dispose }) => dispose.mock.calls.length)).toEqual([1, 1]);
  });

  it('makes none for a kernel that does not run', () => {
    connectTo.mockClear();
    send('k9', 'c1', PENDING);
    expect(connectTo).not.toHaveBeenCalled();
  });
});
