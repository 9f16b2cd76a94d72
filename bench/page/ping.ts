import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelMessage } from '@jupyterlab/services';
import type { Page } from '@playwright/test';

/** The same target as in `round_trip.py`. */
const TARGET = 'bench-ping';

/**
 * Let the page answer bare pings of the notebook's kernel, on the channels that tokens use, so that
 * the remaining difference is the cost of the product.
 */
export async function answerPings(page: Page): Promise<void> {
  await page.evaluate(target => {
    // Set by `LabApp.expose_app_in_browser`.
    const app = (window as unknown as { jupyterapp: JupyterFrontEnd }).jupyterapp;
    const kernel = (app.shell.currentWidget as NotebookPanel).sessionContext.session?.kernel;
    if (!kernel) {
      throw new Error('No kernel.');
    }
    kernel.registerCommTarget(target, () => undefined);
    kernel.iopubMessage.connect((_, { header, content }) => {
      if (header.msg_type !== 'comm_open' || !('comm_id' in content)) {
        return;
      }
      if ((content as KernelMessage.ICommOpenMsg['content']).target_name === target) {
        const answer = {
          header: {
            msg_id: crypto.randomUUID(),
            msg_type: 'comm_msg',
            version: '5.2',
            date: new Date().toISOString(),
            username: kernel.username,
            session: kernel.clientId
          },
          ...{ parent_header: {}, metadata: {}, buffers: [], channel: 'control' },
          content: { comm_id: content.comm_id, data: {} }
        };
        kernel.sendControlMessage(answer as unknown as KernelMessage.IControlMessage, false, true);
      }
    });
  }, TARGET);
}
