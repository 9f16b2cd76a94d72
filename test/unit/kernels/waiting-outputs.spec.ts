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
const of = (request_id: unknown) => ({ 'jupyter-azure-auth': { request_id } });

const notebook = new YNotebook();

function aCell(outputs: object[]): ICodeCellModel {
  const cell = notebook.addCell({ cell_type: 'code' }) as YCodeCell;
  const model = new CodeCellModel({ sharedModel: cell });
  outputs.forEach(output => model.outputs.add({ output_type: 'display_data', ...output }));
  return model;
}

function remove(cells: ICodeCellModel[], content: object = {}): void {
  removeWaitingOutputs({ client: { ...aClient('a'), codeCells: () => cells }, content });
}

afterAll(() => notebook.dispose());

describe('removeWaitingOutputs', () => {
  it('removes the outputs that a kernel has emptied, from view and file, and no others', () => {
    const cells = [
      aCell([shown('mine'), shown('', OURS), shown('', {}), shown('', OURS)]),
      aCell([shown('waits', OURS)])
    ];
    remove(cells);
    const left = [[shown('mine'), shown('')], [shown('waits', OURS)]];
    expect(cells.map(({ outputs }) => outputs.toJSON())).toEqual(left);
    expect(cells.map(({ sharedModel }) => sharedModel.toJSON().outputs)).toEqual(left);
  });

  it('removes the output that a reloaded page has from the file, once its request is over', () => {
    const waiting = [shown('waits', of('r1')), shown('waits', of('r2')), shown('waits', of(null))];
    const cells = [aCell(waiting)];
    remove(cells, shown('still waits', of('r1')));
    remove(cells, shown('', of(null)));
    remove(cells, shown('', {}));
    remove(cells, { data: null, metadata: 'odd' });
    expect(cells[0]!.sharedModel.toJSON().outputs).toEqual(waiting);
    remove(cells, shown('', of('r1')));
    expect(cells[0]!.sharedModel.toJSON().outputs).toEqual(waiting.slice(1));
  });

  it('leaves the empty line if JupyterLab cannot remove it', () => {
    const outputs = { length: 1, get: () => ({ data: { 'text/plain': '' }, metadata: OURS }) };
    const cells = [{ outputs } as unknown as ICodeCellModel];
    expect(() => remove(cells)).not.toThrow();
  });
});
