import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

/**
 * A link to the same page under the host name that Entra accepts. Jupyter has a separate login
 * there.
 */
export function LocalhostLink({ trans }: { readonly trans: TranslationBundle }): JSX.Element {
  return (
    <p>
      <a className="jp-AzurePanel-link" href={localhostUrl(window.location)}>
        {trans.__('Open on localhost')}
      </a>
      <span className="jp-AzurePanel-aside">
        {' '}
        {trans.__('(Jupyter may ask you to log in again.)')}
      </span>
    </p>
  );
}

/** Return the address on localhost with the page's port and path, without its query. */
export function localhostUrl({ port, pathname }: Pick<Location, 'port' | 'pathname'>): string {
  return `http://localhost${port === '' ? '' : `:${port}`}${pathname}`;
}
