import { type Kernel, KernelMessage } from '@jupyterlab/services';
import type { Answer } from './protocol';

/**
 * Send an answer on the control channel, which a kernel reads in a thread of its own: on the shell
 * channel it would wait for the end of the very cell that asked (ipykernel issue 646). Nobody else
 * who uses the kernel sees it.
 *
 * @returns Settles when the kernel has dealt with it, or is gone.
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
  // Lab's types know no comm on control; its socket and the server pass it on as it is.
  const onControl = { ...message, channel: 'control' } as unknown as KernelMessage.IControlMessage;
  return connection.sendControlMessage(onControl, false, true).done;
}
