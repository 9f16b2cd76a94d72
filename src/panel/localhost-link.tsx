import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

interface IProps {
  /** Whether it is the best way to sign in. */
  readonly primary: boolean;
  readonly trans: TranslationBundle;
}

/**
 * A link to the same page under the host name that Entra accepts. Jupyter has a separate login
 * there.
 */
export function LocalhostLink({ primary, trans }: IProps): JSX.Element {
  return (
    <>
      <a
        className={primary ? 'jp-AzurePanel-button jp-mod-primary' : 'jp-AzurePanel-link'}
        href={localhostUrl(window.location)}
      >
        {trans.__('Continue at localhost')}
      </a>
      <p className="jp-AzurePanel-aside">{trans.__('Jupyter may ask you to log in again.')}</p>
    </>
  );
}

/** Return the address on localhost with the page's port and path, without its query. */
export function localhostUrl({ port, pathname }: Pick<Location, 'port' | 'pathname'>): string {
  return `http://localhost${port === '' ? '' : `:${port}`}${pathname}`;
}
