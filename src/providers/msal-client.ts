import {
  createStandardPublicClientApplication,
  type IPublicClientApplication,
  LogLevel
} from '@azure/msal-browser';
import type { IPopupConfiguration } from '../auth/config';
import { AuthorityNetwork } from './authority-network';

/**
 * Milliseconds that MSAL.js waits for the whole sign-in. Its own 60 s are short for a second
 * factor; the user can cancel at any time.
 */
const SIGN_IN_TIMEOUT_MS = 600_000;

/**
 * Start MSAL.js with what this tab keeps.
 *
 * @throws Error, of any kind, if MSAL.js cannot run or cannot read what the tab keeps.
 */
export async function startMsal({
  authority,
  authorityMetadata,
  clientId,
  redirectUri
}: IPopupConfiguration): Promise<IPublicClientApplication> {
  // A broker, redirects, `localStorage` and other options would need what the bundles do not have
  // (setup/bundler/unused-msal.cjs), and a log or telemetry what they do not call
  // (setup/bundler/unmeasured-msal.cjs).
  const client = await createStandardPublicClientApplication({
    auth: {
      clientId,
      authority,
      redirectUri,
      ...(authorityMetadata === null
        ? {}
        : {
            knownAuthorities: [new URL(authority).host],
            authorityMetadata: JSON.stringify(authorityMetadata)
          })
    },
    cache: { cacheLocation: 'sessionStorage' },
    system: {
      popupBridgeTimeout: SIGN_IN_TIMEOUT_MS,
      networkClient: new AuthorityNetwork(),
      loggerOptions: {
        piiLoggingEnabled: false,
        logLevel: LogLevel.Error,
        // Its messages can contain entire responses; what matters reaches the user as an error
        // code.
        loggerCallback: () => undefined
      }
    }
  });
  keepToThisPage(client);
  client.getAllAccounts(); // throws if the list of them is damaged
  return client;
}

/**
 * Close the channel on which MSAL.js tells all pages of this origin about a sign-in. Its message
 * contains the ID token (`LOGIN_SUCCESS`, 5.29), no option turns it off, and under JupyterHub other
 * users' servers can have the same origin. _Outdated when_ MSAL.js posts no tokens there.
 */
function keepToThisPage(client: IPublicClientApplication): void {
  const { eventHandler } = (client as unknown as IHasChannel).controller;
  eventHandler.broadcastChannel?.close();
  delete eventHandler.broadcastChannel;
}

/** What MSAL.js does not declare. */
interface IHasChannel {
  readonly controller: { readonly eventHandler: { broadcastChannel?: BroadcastChannel } };
}
