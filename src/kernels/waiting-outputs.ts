import type { IKernelDocument } from './connections';
import { TARGET } from './target';

/**
 * Remove the outputs in which a kernel said that its cell waits. The kernel can empty them but not
 * remove them (`clear_output` would remove the user's own outputs too), and an empty output is
 * still a line in the notebook file.
 */
export function removeWaitingOutputs(client: IKernelDocument): void {
  for (const { outputs, sharedModel } of client.codeCells()) {
    for (let index = outputs.length - 1; index >= 0; index--) {
      const { data, metadata } = outputs.get(index);
      // JupyterLab before 4.3 cannot remove single outputs: there the empty line stays.
      if (TARGET in metadata && data['text/plain'] === '' && 'remove' in outputs) {
        // Not with `outputs.remove`: JupyterLab 4.6 then removes only a cell's first output from
        // the file (it passes `updateOutputs` a count as the end), and the file keeps an invisible
        // one.
        sharedModel.updateOutputs(index, index + 1, []);
      }
    }
  }
}
