import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { Answer } from './protocol';

/**
 * Send an answer on the control channel, which a kernel reads in its own thread: on the shell
 * channel it would wait for the end of the very cell that asked (ipykernel issue 646). Other users
 * of the kernel do not see it.
 *
 * @returns Settles when the kernel has processed the answer, or is gone.
 */
export function sendAnswer(
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
