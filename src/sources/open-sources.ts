import type { IConfigured } from '../session/configuration';
import type { ServerHalf } from '../session/server-half';
import type { WayName } from '../tokens';
import { DeviceCodeWay } from './device-code';
import { HeldTokens } from './held-tokens';
import { LoopbackWay } from './loopback';
import { ServerHolder } from './server-holder';
import type { IHolder, IServerSide, IWay } from './source';

/** The sign-in methods, and the providers that know about existing sign-ins. */
export interface ISources {
  /** Available ones, best first. */
  readonly ways: readonly IWay[];
  /** In the order in which they are asked for a sign-in. */
  readonly holders: readonly IHolder[];
  /** Null if the server extension holds nothing. */
  readonly server: IServerSide | null;
}

/**
 * Load what the available sign-in methods need, and no more.
 *
 * @throws AzureAuthError if MSAL.js cannot run, e.g. on a page without TLS.
 */
export async function openSources(
  configuration: IConfigured,
  server: ServerHalf
): Promise<ISources> {
  const names = configuration.ways.flatMap(({ name, obstacle }) => (obstacle ? [] : [name]));
  // The user's own sign-in in this tab comes before the one that all browsers of this server share.
  const tab = await openPopup(configuration);
  const shared = openServer(configuration, server, names);
  return {
    ways: [...tab.ways, ...shared.ways].sort(
      (one, other) => names.indexOf(one.name) - names.indexOf(other.name)
    ),
    holders: [...tab.holders, ...shared.holders],
    server: shared.server
  };
}

const NOTHING: ISources = { ways: [], holders: [], server: null };

async function openPopup({ popup }: IConfigured): Promise<ISources> {
  if (popup === null) {
    return NOTHING;
  }
  const { PopupSource } = await import('./popup');
  const source = await PopupSource.create(popup);
  const holder = new HeldTokens(source);
  return { ways: [holder.reachedBy(source)], holders: [holder], server: null };
}

function openServer(
  { server: configuration }: IConfigured,
  server: ServerHalf,
  names: readonly WayName[]
): ISources {
  if (configuration === null) {
    return NOTHING;
  }
  const source = new ServerHolder(server, configuration.cloud);
  const holder = new HeldTokens(source);
  const ways: IWay[] = [];
  if (names.includes('loopback')) {
    ways.push(holder.reachedBy(new LoopbackWay(server, source, configuration.port)));
  }
  if (names.includes('device-code')) {
    ways.push(holder.reachedBy(new DeviceCodeWay(server, source)));
  }
  const { answered } = source;
  return {
    ...{ ways, holders: [holder] },
    server: {
      ...{ holder, answered },
      get isSigningOut() {
        return source.isSigningOut;
      },
      look: again => source.look(again),
      keep: keep => source.keep(keep),
      continueAs: id => source.continueAs(id)
    }
  };
}
