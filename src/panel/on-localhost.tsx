import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

/** A way to the same page under the name that Entra takes. Jupyter has another login there. */
export function OnLocalhost({ trans }: { readonly trans: TranslationBundle }): JSX.Element {
  return (
    <p>
      <a className="jp-AzurePanel-link" href={onLocalhost(window.location)}>
        {trans.__('Open on localhost')}
      </a>
      <span className="jp-AzurePanel-aside">
        {' '}
        {trans.__('(Jupyter may ask you to log in again.)')}
      </span>
    </p>
  );
}

/** Port and path of a page, and nothing that a query may hold, on localhost. */
export function onLocalhost({ port, pathname }: Pick<Location, 'port' | 'pathname'>): string {
  return `http://localhost${port === '' ? '' : `:${port}`}${pathname}`;
}
