import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { KernelConnections } from './connections';
import type { Answer } from './protocol';

/** Milliseconds after which an answer counts as lost; a kernel repeats its request after 1,000. */
const LOST_AFTER_MS = 800;

/** Milliseconds after which a connection of our own ends, even if an answer was not processed. */
const PASSING_MS = 30_000;

/**
 * Return a function that answers a kernel over a connection of this page. It uses a connection of
 * its own, which lasts as long as the message, in two cases: the notebook was closed, and its
 * kernel must learn that its user has signed out; or the kernel has not processed an earlier answer
 * over this page's connection. That happens behind a gateway: JupyterLab opens a second socket for
 * a kernel that starts, with the id of the first, and from then on, the kernel drops what one of
 * them sends on a channel.
 */
export function answerSender(
  connections: KernelConnections,
  kernels: Kernel.IManager
): (kernelId: string, commId: string, answer: Answer) => void {
  const passing = new PassingConnections(kernels);
  /** When the first answer was sent that the kernel has not processed since. */
  const unprocessed = new WeakMap<Kernel.IKernelConnection, number>();
  const sendOver = async (connection: Kernel.IKernelConnection, ...answer: [string, Answer]) => {
    if (!unprocessed.has(connection)) {
      unprocessed.set(connection, Date.now());
    }
    await send(connection, ...answer);
    unprocessed.delete(connection);
  };
  return (kernelId, commId, answer) => {
    const connection = connections.find(kernelId);
    const since = connection === null ? undefined : unprocessed.get(connection);
    if (connection !== null && (since === undefined || Date.now() - since < LOST_AFTER_MS)) {
      void sendOver(connection, commId, answer);
    } else if (connection !== null || [...kernels.running()].some(({ id }) => id === kernelId)) {
      void passing.send(kernelId, commId, answer);
    }
  };
}

interface IPassingConnection {
  readonly connection: Kernel.IKernelConnection;
  /** Messages that the kernel has not processed yet. */
  messages: number;
  readonly ending: number;
}

/**
 * Connections of our own. One for each kernel at a time: code in a kernel can open comms without
 * end and never process an answer, and each connection receives everything that the kernel sends.
 */
class PassingConnections {
  constructor(private readonly kernels: Kernel.IManager) {}

  async send(kernelId: string, commId: string, answer: Answer): Promise<void> {
    const passing = this.#passing.get(kernelId) ?? this.#open(kernelId);
    passing.messages += 1;
    // JupyterLab would hold an earlier message back until the cell that asks has ended.
    if (await isConnected(passing.connection)) {
      await send(passing.connection, commId, answer);
    }
    passing.messages -= 1;
    if (passing.messages === 0) {
      this.#end(kernelId, passing);
    }
  }

  #open(kernelId: string): IPassingConnection {
    // Never with `handleComms`: JupyterLab would close comms whose target this connection lacks.
    const model = { id: kernelId, name: '' };
    const connection = this.kernels.connectTo({ model, handleComms: false });
    const ending = window.setTimeout(() => this.#end(kernelId, passing), PASSING_MS);
    const passing = { connection, messages: 0, ending };
    this.#passing.set(kernelId, passing);
    return passing;
  }

  #end(kernelId: string, passing: IPassingConnection): void {
    window.clearTimeout(passing.ending);
    if (this.#passing.get(kernelId) === passing) {
      this.#passing.delete(kernelId);
    }
    passing.connection.dispose();
  }

  readonly #passing = new Map<string, IPassingConnection>();
}

/** @returns Whether the connection was made, once that is decided. */
function isConnected(connection: Kernel.IKernelConnection): Promise<boolean> {
  return new Promise(resolve => {
    const check = (): void => {
      if (connection.isDisposed || connection.connectionStatus !== 'connecting') {
        connection.connectionStatusChanged.disconnect(check);
        resolve(connection.connectionStatus === 'connected');
      }
    };
    connection.connectionStatusChanged.connect(check);
    connection.disposed.connect(check);
    check();
  });
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
