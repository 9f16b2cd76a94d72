/** @jest-environment jsdom */
import { type YCodeCell, YNotebook } from '@jupyter/ydoc';
import { CodeCellModel, type ICodeCellModel } from '@jupyterlab/cells';
import { removeWaitingOutputs } from '../../../src/kernels/waiting-outputs';
import { aClient } from './kernel-harness';

const shown = (text: string, metadata = {}) => ({
  output_type: 'display_data',
  data: { 'text/plain': text },
  metadata
});
const OURS = { 'jupyter-azure-auth': {} };

const notebook = new YNotebook();

function aCell(outputs: object[]): ICodeCellModel {
  const cell = notebook.addCell({ cell_type: 'code' }) as YCodeCell;
  const model = new CodeCellModel({ sharedModel: cell });
  outputs.forEach(output => model.outputs.add({ output_type: 'display_data', ...output }));
  return model;
}

afterAll(() => notebook.dispose());

describe('removeWaitingOutputs', () => {
  it('takes away what a kernel has emptied of ours, from view and file, and nothing else', () => {
    const cells = [
      aCell([shown('mine'), shown('', OURS), shown('', {}), shown('', OURS)]),
      aCell([shown('waits', OURS)])
    ];
    removeWaitingOutputs({ ...aClient('a'), codeCells: () => cells });
    const left = [[shown('mine'), shown('')], [shown('waits', OURS)]];
    expect(cells.map(({ outputs }) => outputs.toJSON())).toEqual(left);
    expect(cells.map(({ sharedModel }) => sharedModel.toJSON().outputs)).toEqual(left);
  });

  it('lets the empty line stay where Lab cannot remove it', () => {
    const outputs = { length: 1, get: () => ({ data: { 'text/plain': '' }, metadata: OURS }) };
    const cells = [{ outputs } as unknown as ICodeCellModel];
    expect(() => removeWaitingOutputs({ ...aClient('a'), codeCells: () => cells })).not.toThrow();
  });
});
