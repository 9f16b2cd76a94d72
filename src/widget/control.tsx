import React from 'react';
import '../../style/control.css';
import type { IPanelOptions } from '../panel/body';
import { useNow } from '../panel/live';
import { SessionView } from '../panel/session-view';

/** What the panel says of the session, with its buttons, for the output of a cell. */
export function SignInControl({ session, kernels, trans }: IPanelOptions): JSX.Element {
  const now = useNow(true);
  return (
    <section
      className="jp-AzurePanel jp-AzureControl"
      aria-label={trans.__('Azure sign-in of this notebook')}
    >
      <SessionView session={session} kernels={kernels} now={now} trans={trans} />
    </section>
  );
}
