import type { ICodeCellModel } from '@jupyterlab/cells';
import type { ConsolePanel, IConsoleTracker } from '@jupyterlab/console';
import type { ISessionContext } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IKernelDocument, KernelConnections } from './connections';

/** Listen on the kernel of every notebook, including notebooks that are opened later. */
export function followNotebooks(tracker: INotebookTracker, connections: KernelConnections): void {
  const follow = (panel: NotebookPanel): void => {
    followKernel(panel.sessionContext, connections, {
      get label() {
        return PathExt.basename(panel.context.path);
      },
      get path() {
        return panel.context.path;
      },
      codeCells: () => cellsOfNotebook(panel)
    });
  };
  tracker.forEach(follow);
  tracker.widgetAdded.connect((_, panel) => follow(panel));
}

/** The same for consoles, on their own kernel or on that of a notebook or file. */
export function followConsoles(tracker: IConsoleTracker, connections: KernelConnections): void {
  const follow = (panel: ConsolePanel): void => {
    followKernel(panel.sessionContext, connections, {
      get label() {
        return panel.title.label;
      },
      get path() {
        return panel.sessionContext.path;
      },
      codeCells: () => cellsOfConsole(panel)
    });
  };
  tracker.forEach(follow);
  tracker.widgetAdded.connect((_, panel) => follow(panel));
}

function followKernel(
  context: ISessionContext,
  connections: KernelConnections,
  client: IKernelDocument
): void {
  const follow = (): void => {
    const kernel = context.session?.kernel;
    if (kernel) {
      connections.add(kernel, client);
    }
  };
  // A different kernel means a different connection; a restart keeps it. Both signals end with the
  // panel.
  context.kernelChanged.connect(follow);
  follow();
}

function* cellsOfNotebook(panel: NotebookPanel): Iterable<ICodeCellModel> {
  for (const cell of panel.content.model?.cells ?? []) {
    if (cell.type === 'code') {
      yield cell as ICodeCellModel;
    }
  }
}

function* cellsOfConsole(panel: ConsolePanel): Iterable<ICodeCellModel> {
  for (const cell of panel.console.cells) {
    if (cell.model.type === 'code') {
      yield cell.model as ICodeCellModel;
    }
  }
}
