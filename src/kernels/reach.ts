import type { Kernel } from '@jupyterlab/services';
import type { KernelConnections } from './connections';
import { sendAnswer } from './control';
import type { Answer } from './protocol';

/**
 * Answer a kernel by a connection of this page or, where its notebook has been closed, by one that
 * lasts as long as the message: a kernel that runs on must hear that its user has signed out.
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
      // Never with `handleComms`: Lab would close comms whose target this connection lacks.
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
    // A kernel that goes before it has dealt with an answer needs none.
    await sendAnswer(connection, commId, answer).catch(() => undefined);
  }
}
