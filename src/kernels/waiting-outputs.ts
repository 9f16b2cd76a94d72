import type { IClient } from './connections';
import { TARGET } from './protocol';

/**
 * Take away the outputs in which a kernel said that its cell waits. The kernel can empty them but
 * not remove them (`clear_output` would take the user's own outputs too), and an empty output is
 * still a line in the notebook file.
 */
export function removeWaitingOutputs(client: IClient): void {
  for (const { outputs, sharedModel } of client.codeCells()) {
    for (let index = outputs.length - 1; index >= 0; index--) {
      const { data, metadata } = outputs.get(index);
      // Lab before 4.3 cannot remove single outputs: there the empty line stays.
      if (TARGET in metadata && data['text/plain'] === '' && 'remove' in outputs) {
        // Not by `outputs.remove`: Lab 4.6 takes only a cell's first output out of the file then
        // (it passes `updateOutputs` a count for an end), and the file keeps what nobody sees.
        sharedModel.updateOutputs(index, index + 1, []);
      }
    }
  }
}
