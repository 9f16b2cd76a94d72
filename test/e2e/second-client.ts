import type { Page } from '@playwright/test';

interface IMessage {
  readonly type: string;
  readonly content: object;
  readonly channel: 'control' | 'shell';
}

/**
 * Send messages to a kernel as another program with the server's cookie does, and wait until the
 * kernel's control thread has processed them.
 *
 * @param page - Of JupyterLab; provides its cookie.
 * @param contents - Of `comm_msg`, on the control channel.
 */
export async function sendOnControl(
  page: Page,
  kernelId: string,
  contents: readonly object[]
): Promise<void> {
  const messages = [
    ...contents.map(content => ({ type: 'comm_msg', content })),
    { type: 'kernel_info_request', content: {} }
  ].map(message => ({ ...message, channel: 'control' as const }));
  await exchange(page, kernelId, messages, 'kernel_info_reply');
}

/** Run code in a kernel as an agent does, under a session that no page knows, until it begins. */
export async function runByProgram(page: Page, kernelId: string, code: string): Promise<void> {
  const content = { code, silent: false, store_history: false, allow_stdin: false };
  const message = { type: 'execute_request', content, channel: 'shell' } as const;
  await exchange(page, kernelId, [message], 'execute_input');
}

/** @param until - Type of the message about the last of `messages` that is waited for. */
async function exchange(
  page: Page,
  kernelId: string,
  messages: readonly IMessage[],
  until: string
): Promise<void> {
  await page.evaluate(
    async ({ kernelId, messages, until }) => {
      const session = crypto.randomUUID();
      const { host } = window.location;
      const address = `ws://${host}/api/kernels/${kernelId}/channels?session_id=${session}`;
      const socket = new WebSocket(address);
      await new Promise(resolve => socket.addEventListener('open', resolve));
      let last = '';
      const done = new Promise<void>(resolve =>
        socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
          const { header, parent_header: parent } = JSON.parse(data);
          if (header.msg_type === until && parent.msg_id === last) {
            resolve();
          }
        })
      );
      for (const { type, content, channel } of messages) {
        last = crypto.randomUUID();
        const date = new Date().toISOString();
        const header = { msg_id: last, msg_type: type, session, username: '', date };
        const rest = { parent_header: {}, metadata: {}, content, buffers: [], channel };
        socket.send(JSON.stringify({ header: { ...header, version: '5.4' }, ...rest }));
      }
      await done;
      socket.close();
    },
    { kernelId, messages, until }
  );
}
