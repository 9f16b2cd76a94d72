import React, { useLayoutEffect, useState } from 'react';
import type { IPanelOptions } from '../panel/body';
import { Button } from '../panel/button';
import { useNow, useSignalled } from '../panel/hooks';
import { AuthView } from '../panel/auth-view';

export interface ISignInViewOptions extends IPanelOptions {
  /** Shows the panel, the only place that requests and shows codes. */
  readonly showPanel: () => void;
  /** Whether it stands below a waiting cell. */
  readonly isBrief?: boolean;
}

/**
 * The panel's view of the session, with its buttons, for the output of a cell. Without codes: users
 * must be able to rely on the panel being the only place that shows one.
 */
export function SignInView(options: ISignInViewOptions): JSX.Element {
  const { auth, showPanel, trans } = options;
  const now = useNow(true);
  const state = useSignalled(auth.stateChanged, () => auth.state);
  const position = useCardPosition();
  return (
    <section
      className="jp-AzurePanel jp-AzureControl"
      aria-label={
        position === 1
          ? trans.__('Azure sign-in for this notebook')
          : trans.__('Azure sign-in for this notebook (%1)', position)
      }
    >
      {state.kind === 'signing-in' && state.method === 'device-code' ? (
        <div className="jp-AzurePanel-status" role="status">
          <p>{trans.__('The sign-in continues in the Azure panel.')}</p>
          <Button label={trans.__('Show the Azure panel')} primary onPress={showPanel} />
        </div>
      ) : (
        <AuthView {...options} now={now} />
      )}
    </section>
  );
}

/** Positions of the cards that are in the page. */
const taken = new Set<number>();

/**
 * Return the position of a card among those in the page, from 1: the lowest one that is free. With
 * it, no two landmarks share a name.
 */
function useCardPosition(): number {
  const [position, setPosition] = useState(1);
  useLayoutEffect(() => {
    let free = 1;
    while (taken.has(free)) {
      free += 1;
    }
    taken.add(free);
    setPosition(free);
    return () => void taken.delete(free);
  }, []);
  return position;
}
