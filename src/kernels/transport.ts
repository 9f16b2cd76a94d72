import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { KernelConnections } from './connections';
import type { Answer } from './protocol';

/**
 * Return a function that answers a kernel over a connection of this page or, if its notebook was
 * closed, over one that lasts as long as the message: a kernel that still runs must learn that its
 * user has signed out.
 */
export function answerSender(
  connections: KernelConnections,
  kernels: Kernel.IManager
): (kernelId: string, commId: string, answer: Answer) => void {
  return (kernelId, commId, answer) => {
    const connection = connections.find(kernelId);
    if (connection !== null) {
      void send(connection, commId, answer);
    } else if ([...kernels.running()].some(({ id }) => id === kernelId)) {
      // Never with `handleComms`: JupyterLab would close comms whose target this connection lacks.
      const passing = kernels.connectTo({ model: { id: kernelId, name: '' }, handleComms: false });
      void send(passing, commId, answer).finally(() => passing.dispose());
    }
  };
}

async function send(
  connection: Kernel.IKernelConnection,
  commId: string,
  answer: Answer
): Promise<void> {
  if (!connection.isDisposed && connection.status !== 'dead') {
    // A kernel that ends before it has processed an answer does not need it.
    await sendAnswer(connection, commId, answer).catch(() => undefined);
  }
}

/**
 * Send an answer on the control channel, which a kernel reads in its own thread: on the shell
 * channel it would wait for the end of the very cell that asked (ipykernel issue 646). Other users
 * of the kernel do not see it.
 *
 * @returns Settles when the kernel has processed the answer, or is gone.
 */
function sendAnswer(
  connection: Kernel.IKernelConnection,
  commId: string,
  answer: Answer
): Promise<unknown> {
  const message = KernelMessage.createMessage<KernelMessage.ICommMsgMsg<'shell'>>({
    msgType: 'comm_msg',
    channel: 'shell',
    username: connection.username,
    session: connection.clientId,
    content: {
      comm_id: commId,
      data: { ...answer } as KernelMessage.ICommMsgMsg['content']['data']
    }
  });
  // JupyterLab's types have no comm on control; its socket and the server pass it on unchanged.
  const onControl = { ...message, channel: 'control' } as unknown as KernelMessage.IControlMessage;
  return connection.sendControlMessage(onControl, false, true).done;
}
