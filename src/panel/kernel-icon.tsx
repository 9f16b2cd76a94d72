import { consoleIcon, notebookIcon } from '@jupyterlab/ui-components';
import React from 'react';

/** Icon of a kernel's notebook or console, chosen by the document's name. */
export function KernelIcon({ label }: { readonly label: string }): JSX.Element {
  const Icon = label.endsWith('.ipynb') ? notebookIcon : consoleIcon;
  return (
    <span className="jp-AzurePanel-icon" aria-hidden="true">
      <Icon.react tag="span" />
    </span>
  );
}
