import { consoleIcon, notebookIcon } from '@jupyterlab/ui-components';
import React from 'react';

/** What a kernel belongs to, by the name of its notebook or console. */
export function KernelIcon({ label }: { readonly label: string }): JSX.Element {
  const Icon = label.endsWith('.ipynb') ? notebookIcon : consoleIcon;
  return (
    <span className="jp-AzurePanel-icon" aria-hidden="true">
      <Icon.react tag="span" />
    </span>
  );
}
