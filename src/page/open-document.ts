import { URLExt } from '@jupyterlab/coreutils';
import type { CommandRegistry } from '@lumino/commands';

/** Return what runs the panel's commands outside of JupyterLab: it opens JupyterLab in a new tab. */
export function openDocument(baseUrl: string): CommandRegistry['execute'] {
  return async (command, args) => {
    const path = command === 'docmanager:open' ? String(args?.['path']) : '';
    const place = path === '' ? 'lab' : URLExt.join('lab/tree', URLExt.encodeParts(path));
    window.open(URLExt.join(baseUrl, place), '_blank', 'noopener');
  };
}
