/** @jest-environment jsdom */
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { KernelConnections } from '../../../src/kernels/connections';
import { OwnClientIds } from '../../../src/kernels/own-client-ids';
import type { Answer } from '../../../src/kernels/protocol';
import { answerSender } from '../../../src/kernels/transport';
import { FakeConnection, aClient } from './kernel-harness';

const PENDING: Answer = { request_id: 'r1', kind: 'pending', reason: 'acquiring' };

/**
 * A connection that records what is sent on control; `done` is when the kernel has processed it.
 */
class Sending extends FakeConnection {
  readonly username = '';
  status: Kernel.Status = 'busy';
  done: Promise<unknown> = Promise.resolve();
  readonly sent: KernelMessage.IMessage[] = [];
  readonly dispose = jest.fn();

  sendControlMessage(message: KernelMessage.IMessage): { done: Promise<unknown> } {
    this.sent.push(message);
    return { done: this.done };
  }
}

const connections = new KernelConnections(new OwnClientIds(sessionStorage));
const passing: Sending[] = [];
const connectTo = jest.fn(() => {
  passing.push(new Sending('k2', 'passing'));
  return passing[0]!.self;
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
  it('sends on control by a connection of this page, to this kernel only', () => {
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
    expect(passing[0]!.sent).toHaveLength(1);
    await settle();
    expect(passing[0]!.dispose).toHaveBeenCalledTimes(1);
  });

  it('makes none for a kernel that does not run', () => {
    connectTo.mockClear();
    send('k9', 'c1', PENDING);
    expect(connectTo).not.toHaveBeenCalled();
  });
});
