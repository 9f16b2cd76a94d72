import type { IWidgetTracker, ISessionContext } from '@jupyterlab/apputils';
import type { ICellModel, ICodeCellModel } from '@jupyterlab/cells';
import type { IConsoleTracker } from '@jupyterlab/console';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';
import type { IKernelDocument, KernelConnections } from './connections';

/** Listen on the kernel of every notebook, including notebooks that are opened later. */
export function followNotebooks(tracker: INotebookTracker, connections: KernelConnections): void {
  followKernels(tracker, connections, ({ content, context }) => ({
    get label() {
      return PathExt.basename(context.path);
    },
    get path() {
      return context.path;
    },
    codeCells: () => codeCells(content.model?.cells ?? [])
  }));
}

/** The same for consoles, on their own kernel or on that of a notebook or file. */
export function followConsoles(tracker: IConsoleTracker, connections: KernelConnections): void {
  followKernels(tracker, connections, ({ console, sessionContext, title }) => ({
    get label() {
      return title.label;
    },
    get path() {
      return sessionContext.path;
    },
    codeCells: () => codeCells(Array.from(console.cells, ({ model }) => model))
  }));
}

function followKernels<Panel extends Widget & { readonly sessionContext: ISessionContext }>(
  tracker: IWidgetTracker<Panel>,
  connections: KernelConnections,
  documentOf: (panel: Panel) => IKernelDocument
): void {
  const follow = (panel: Panel): void => {
    const document = documentOf(panel);
    const add = (): void => {
      const kernel = panel.sessionContext.session?.kernel;
      if (kernel) {
        connections.add(kernel, document);
      }
    };
    // A different kernel means a different connection; a restart keeps it. Both signals end with the
    // panel.
    panel.sessionContext.kernelChanged.connect(add);
    add();
  };
  tracker.forEach(follow);
  tracker.widgetAdded.connect((_, panel) => follow(panel));
}

function* codeCells(models: Iterable<ICellModel>): Iterable<ICodeCellModel> {
  for (const model of models) {
    if (model.type === 'code') {
      yield model as ICodeCellModel;
    }
  }
}
