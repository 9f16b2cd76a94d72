import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { IPageAuth, IAzureSignInMethod, SignInObstacle } from '../auth/page-auth';
import type { IAzureTokenRequest, SignInMethodName } from '../tokens';
import { Button } from './button';
import { LocalhostLink } from './localhost-link';
import { signInBy } from './methods';
import { Registration } from './registration';
import { sourceTitle } from './source-names';

interface IProps {
  readonly auth: IPageAuth;
  /** All but the method of the main button. */
  readonly methods: readonly IAzureSignInMethod[];
  /** What the user can consent to in the same sign-in. */
  readonly request: IAzureTokenRequest | null;
  readonly trans: TranslationBundle;
  /** Shows the panel, if this is outside of it: a code is shown there only. */
  readonly showPanel?: (() => void) | undefined;
}

/** All methods but the best, folded: what else is possible, and why the rest is not. */
export function OtherMethods(props: IProps): JSX.Element | null {
  const { auth, methods, request, trans, showPanel } = props;
  return methods.length === 0 ? null : (
    <details className="jp-AzurePanel-more">
      <summary>{trans.__('Other ways to sign in')}</summary>
      <ul className="jp-AzurePanel-ways">
        {methods.map(({ name, obstacle, redirectUri }) => (
          <li key={name}>
            {obstacle === null ? (
              <>
                <Button
                  label={sourceTitle(name, trans)}
                  onPress={() => signInBy(name, request, auth, showPanel)}
                />
                <p className="jp-AzurePanel-aside">{methodText(name, trans)}</p>
              </>
            ) : (
              <>
                <p>{sourceTitle(name, trans)}</p>
                <p className="jp-AzurePanel-aside">{obstacleText(obstacle, trans)}</p>
                {obstacle === 'not_localhost' && <LocalhostLink primary={false} trans={trans} />}
                {obstacle === 'no_client_id' && redirectUri !== null && (
                  <details>
                    <summary>{trans.__('How to set it up')}</summary>
                    <Registration redirectUri={redirectUri} trans={trans} />
                  </details>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What a method offers. A new method does not compile without a text. */
function methodText(name: SignInMethodName, trans: TranslationBundle): string {
  switch (name) {
    case 'popup':
      return trans.__('This tab only, for up to 24 hours.');
    case 'loopback':
      return trans.__('Kept by Jupyter, even after you close the tab.');
    case 'device-code':
      return trans.__('Works on any device. Some organizations don’t allow it.');
  }
}

/** A new obstacle does not compile without a text. */
function obstacleText(obstacle: SignInObstacle, trans: TranslationBundle): string {
  switch (obstacle) {
    case 'no_extension':
      return trans.__('Unavailable: jupyter-azure-auth is not running in the Jupyter server.');
    case 'not_allowed':
      return trans.__('Unavailable: your administrator doesn’t allow it (c.AzureAuth.sources).');
    case 'no_client_id':
      return trans.__('Needs an app registration first.');
    case 'not_local':
      return trans.__('Available only if you open JupyterLab at http://localhost.');
    case 'not_localhost':
      return trans.__('Available at localhost only, not at an IP address.');
    case 'root_is_not_ours':
      return trans.__(
        'Unavailable: something other than Jupyter is serving the root of this address, such as JupyterHub or a proxy.'
      );
  }
}
