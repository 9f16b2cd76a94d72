import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';

/** Retries ambient identities: one may have been assigned since, or the user has run `az login`. */
export function TryAgain(props: {
  readonly auth: IPageAuth;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { auth, trans } = props;
  const [isSearching, setIsSearching] = useState(false);
  const retry = (): void => {
    setIsSearching(true);
    auth.retryAmbient().then(
      () => setIsSearching(false),
      () => setIsSearching(false)
    );
  };
  return (
    <button
      type="button"
      className="jp-AzurePanel-link"
      aria-disabled={isSearching}
      onClick={isSearching ? undefined : retry}
    >
      {trans.__('Try again')}
    </button>
  );
}
