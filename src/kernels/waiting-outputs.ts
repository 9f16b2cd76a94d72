import type { IReplacedOutput } from './connections';
import { EXTENSION_NAME } from '../extension-names';

/**
 * Remove the outputs in which a kernel said that its cell waits. The kernel can empty them but not
 * remove them (`clear_output` would remove the user's own outputs too), and an empty output is
 * still a line in the notebook file.
 */
export function removeWaitingOutputs({ client, content }: IReplacedOutput): void {
  const ended = isEmpty(content) ? requestIdOf(content) : null;
  for (const { outputs, sharedModel } of client.codeCells()) {
    for (let index = outputs.length - 1; index >= 0; index--) {
      const output = outputs.get(index);
      const requestId = requestIdOf(output);
      // JupyterLab does not update an output that a reloaded page has from the file.
      const isOver = isEmpty(output) || (requestId !== null && requestId === ended);
      // JupyterLab before 4.3 cannot remove single outputs: there it stays.
      if (EXTENSION_NAME in output.metadata && isOver && 'remove' in outputs) {
        // Not with `outputs.remove`: JupyterLab 4.6 then removes only a cell's first output from
        // the file (it passes `updateOutputs` a count as the end), and the file keeps an invisible
        // one.
        sharedModel.updateOutputs(index, index + 1, []);
      }
    }
  }
}

function isEmpty(output: object): boolean {
  return field(field(output, 'data'), 'text/plain') === '';
}

/** Return the id of the request that an output belongs to; null if it is not a waiting output. */
function requestIdOf(output: object): string | null {
  const id = field(field(field(output, 'metadata'), EXTENSION_NAME), 'request_id');
  return typeof id === 'string' ? id : null;
}

/** Any code can write an output. */
function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
