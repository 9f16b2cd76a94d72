import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IPageAuth } from '../auth/page-auth';
import { TextButton } from './button';

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
  return <TextButton label={trans.__('Try again')} isBusy={isSearching} onPress={retry} />;
}
