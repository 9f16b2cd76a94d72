import type { IConfigured } from '../auth/config';
import type { ServerExtensionClient } from '../server-api/client';
import type { SignInMethodName } from '../tokens';
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
  configuration: IConfigured,
  server: ServerExtensionClient
): Promise<IProviders> {
  const names = configuration.methods.flatMap(({ name, obstacle }) => (obstacle ? [] : [name]));
  // The user's own sign-in in this tab comes before the one that all browsers of this server share.
  const tab = await createPopup(configuration);
  const tabs = createOtherTabs(configuration, server);
  const shared = createServerProvider(configuration, server, names);
  return {
    methods: [...tab.methods, ...shared.methods].sort(
      (one, other) => names.indexOf(one.name) - names.indexOf(other.name)
    ),
    providers: [...tab.providers, ...(tabs === null ? [] : [tabs.provider]), ...shared.providers],
    server: shared.server,
    tabs
  };
}

const NOTHING: IProviders = { methods: [], providers: [], server: null, tabs: null };

function createOtherTabs(
  { popup, sharesTabs }: IConfigured,
  server: ServerExtensionClient
): IOtherTabs | null {
  if (popup === null || !sharesTabs) {
    return null;
  }
  const tabs = new OtherTabs(server, popup.cloud);
  return {
    provider: new CachingTokenProvider(tabs),
    find: current => tabs.find(current),
    announce: () => tabs.announce(),
    isAnnouncement: event => tabs.isAnnouncement(event)
  };
}

async function createPopup({ popup }: IConfigured): Promise<IProviders> {
  if (popup === null) {
    return NOTHING;
  }
  const { MsalPopup } = await import('./msal-popup');
  const source = await MsalPopup.create(popup);
  const provider = new CachingTokenProvider(source);
  return { methods: [provider.wrap(source)], providers: [provider], server: null, tabs: null };
}

function createServerProvider(
  { server: configuration }: IConfigured,
  server: ServerExtensionClient,
  names: readonly SignInMethodName[]
): IProviders {
  if (configuration === null) {
    return NOTHING;
  }
  const source = new ServerTokenProvider(server, configuration.cloud);
  const provider = new CachingTokenProvider(source);
  const methods: ISignInMethod[] = [];
  if (names.includes('loopback')) {
    methods.push(provider.wrap(new LoopbackSignIn(server, source, configuration.port)));
  }
  if (names.includes('device-code')) {
    methods.push(provider.wrap(new DeviceCodeSignIn(server, source)));
  }
  const { answered } = source;
  return {
    ...{ methods, providers: [provider], tabs: null },
    server: {
      ...{ provider, answered },
      get isSigningOut() {
        return source.isSigningOut;
      },
      fetchSession: refresh => source.fetchSession(refresh),
      persist: enabled => source.persist(enabled),
      continueAs: id => source.continueAs(id)
    }
  };
}
