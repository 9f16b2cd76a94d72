/** @jest-environment jsdom */
import { OutputAreaModel } from '@jupyterlab/outputarea';
import { removeWaitingOutputs } from '../../../src/kernels/waiting-outputs';
import { aClient } from './stage';

const shown = (text: string, metadata = {}) => ({
  output_type: 'display_data',
  data: { 'text/plain': text },
  metadata
});
const OURS = { 'jupyter-azure-auth': {} };

describe('removeWaitingOutputs', () => {
  it('takes away what a kernel has emptied of ours, and nothing else', () => {
    const cells = [
      [shown('mine'), shown('', OURS), shown('', {}), shown('', OURS)],
      [shown('waits', OURS)]
    ].map(values => new OutputAreaModel({ values, trusted: true }));
    removeWaitingOutputs({ ...aClient('a'), outputs: () => cells });
    expect(cells.map(cell => cell.toJSON())).toEqual([
      [shown('mine'), shown('')],
      [shown('waits', OURS)]
    ]);
  });

  it('lets the empty line stay where Lab cannot remove it', () => {
    const old = { length: 1, get: () => ({ data: { 'text/plain': '' }, metadata: OURS }) };
    const cells = [old as unknown as OutputAreaModel];
    expect(() => removeWaitingOutputs({ ...aClient('a'), outputs: () => cells })).not.toThrow();
  });
});
