import React from 'react';
import consoleSvg from '@jupyterlab/ui-components/style/icons/filetype/console.svg';
import notebookSvg from '@jupyterlab/ui-components/style/icons/filetype/notebook.svg';

/** Replaces what this package uses from `@jupyterlab/ui-components`, without its styles. */
function iconOf(svg: string): { readonly react: () => JSX.Element } {
  return { react: () => <span dangerouslySetInnerHTML={{ __html: svg }} /> };
}

export const consoleIcon = iconOf(consoleSvg);
export const notebookIcon = iconOf(notebookSvg);
