import type { Page } from '@playwright/test';

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
  await page.evaluate(
    async ({ kernelId, contents }) => {
      const session = crypto.randomUUID();
      const { host } = window.location;
      const address = `ws://${host}/api/kernels/${kernelId}/channels?session_id=${session}`;
      const socket = new WebSocket(address);
      await new Promise(resolve => socket.addEventListener('open', resolve));
      const send = (type: string, content: object): string => {
        const id = crypto.randomUUID();
        const date = new Date().toISOString();
        const header = { msg_id: id, msg_type: type, session, username: '', date, version: '5.4' };
        const rest = { parent_header: {}, metadata: {}, content, buffers: [], channel: 'control' };
        socket.send(JSON.stringify({ header, ...rest }));
        return id;
      };
      contents.forEach(content => send('comm_msg', content));
      const last = send('kernel_info_request', {});
      await new Promise<void>(resolve =>
        socket.addEventListener('message', ({ data }: MessageEvent<string>) => {
          const { header, parent_header: parent } = JSON.parse(data);
          if (header.msg_type === 'kernel_info_reply' && parent.msg_id === last) {
            resolve();
          }
        })
      );
      socket.close();
    },
    { kernelId, contents }
  );
}
