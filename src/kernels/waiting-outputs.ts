import type { IClient } from './connections';
import { TARGET } from './protocol';

/**
 * Take away the outputs in which a kernel said that its cell waits. The kernel can empty them but
 * not remove them (`clear_output` would take the user's own outputs too), and an empty output is
 * still a line in the notebook file.
 */
export function removeWaitingOutputs(client: IClient): void {
  for (const outputs of client.outputs()) {
    for (let index = outputs.length - 1; index >= 0; index--) {
      const { data, metadata } = outputs.get(index);
      // Lab before 4.3 cannot remove single outputs: there the empty line stays.
      if (TARGET in metadata && data['text/plain'] === '' && 'remove' in outputs) {
        outputs.remove(index);
      }
    }
  }
}
