import type { IConfigured } from '../auth/config';
import type { ServerExtensionClient } from '../server-api/client';
import { DeviceCodeSignIn } from './device-code';
import { CachingTokenProvider } from './caching-provider';
import { LoopbackSignIn } from './loopback';
import { ServerTokenProvider } from './server-provider';
import { OtherTabs } from './other-tabs';
import type { IOtherTabs, ITokenProvider, IServerTokens, ISignInMethod } from './provider';

/** The sign-in methods, and the providers that know about existing sign-ins. */
export interface IProviders {
  /** Available ones, best first. */
  readonly methods: readonly ISignInMethod[];
  /** In the order in which they are asked for a sign-in. */
  readonly providers: readonly ITokenProvider[];
  /** Null if the server extension holds nothing. */
  readonly server: IServerTokens | null;
  /** Null if tabs share no sign-in. */
  readonly tabs: IOtherTabs | null;
}

/**
 * Load what the available sign-in methods need, and no more.
 *
 * @throws AzureAuthError if MSAL.js cannot run, e.g. on a page without TLS.
 */
export async function createProviders(
  { methods: configured, popup, server, sharesTabs }: IConfigured,
  client: ServerExtensionClient
): Promise<IProviders> {
  const methods: ISignInMethod[] = [];
  const providers: ITokenProvider[] = [];
  let shared: ServerTokenProvider | null = null;
  let tabs: IOtherTabs | null = null;
  // The user's own sign-in in this tab comes before the one that all browsers of this server share.
  if (popup !== null) {
    const { MsalPopup } = await import('./msal-popup');
    const source = await MsalPopup.create(popup);
    const provider = new CachingTokenProvider(source);
    methods.push(provider.wrap(source));
    providers.push(provider);
    if (sharesTabs) {
      tabs = new OtherTabs(client, popup.cloud);
      providers.push(tabs.provider);
    }
  }
  if (server !== null) {
    shared = new ServerTokenProvider(client, server.cloud);
    const { provider } = shared;
    methods.push(
      provider.wrap(new LoopbackSignIn(client, shared, server.port)),
      provider.wrap(new DeviceCodeSignIn(client, shared))
    );
    providers.push(provider);
  }
  return {
    methods: configured.flatMap(({ name, obstacle }) =>
      obstacle === null ? methods.filter(method => method.name === name) : []
    ),
    ...{ providers, server: shared, tabs }
  };
}
