import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';
import type { IAzureSession } from '../tokens';

/** Retries ambient identities: one may have been assigned since, or the user has run `az login`. */
export function TryAgain(props: {
  readonly session: IAzureSession;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { session, trans } = props;
  const [asking, setAsking] = useState(false);
  const tryAgain = (): void => {
    setAsking(true);
    session.tryAgain().then(
      () => setAsking(false),
      () => setAsking(false)
    );
  };
  return (
    <button
      type="button"
      className="jp-AzurePanel-link"
      aria-disabled={asking}
      onClick={asking ? undefined : tryAgain}
    >
      {trans.__('Try again')}
    </button>
  );
}
