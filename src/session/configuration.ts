import type { IAzureWay, WayName, WayObstacle } from '../tokens';
import { chooseWays, type IFacts, usesServer } from './choose';
import type { IServerEnvironment } from './environment';

/** Everything the browser's own sign-in depends on, checked; nobody past this reads settings. */
export interface IPopupConfiguration {
  readonly clientId: string;
  /** `https://<host>/<tenant>`. */
  readonly authority: string;
  /** Null for the authorities that MSAL.js knows by itself. */
  readonly authorityMetadata: object | null;
  readonly redirectUri: string;
  readonly cloud: string;
}

/** What the page has to know of the server half's sign-ins; the rest is the server half's. */
export interface IServerConfiguration {
  /** Of the address by which this browser reaches Jupyter. */
  readonly port: number;
  readonly cloud: string;
}

export interface IConfigured {
  readonly kind: 'configured';
  /** Best first; those that are not open come last. */
  readonly ways: readonly IAzureWay[];
  /** Null where its way is not open. */
  readonly popup: IPopupConfiguration | null;
  /** Null where the server half has nothing to hold. */
  readonly server: IServerConfiguration | null;
}

export type Configuration = IConfigured | IMalformed;

export interface IMalformed {
  readonly kind: 'malformed';
  /** The user's setting at fault; its value is never repeated. Null where it is the server's. */
  readonly detail: string | null;
  /** What the server half says of its own configuration. */
  readonly sentence?: string;
}

/** The user's settings, as the Settings Editor keeps them. */
export type UserSettings = Readonly<Record<string, unknown>>;

/** Names and login hosts of the clouds, as the Azure CLI and azureml-core call them. */
const LOGIN_HOSTS: ReadonlyMap<string, string> = new Map([
  ['AzureCloud', 'login.microsoftonline.com'],
  ['AzureChinaCloud', 'login.chinacloudapi.cn'],
  ['AzureUSGovernment', 'login.microsoftonline.us']
]);

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TENANT = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/**
 * Put the user's settings over the administrator's. They are for the `popup` source only: what the
 * server half does on behalf of users never depends on a file that any kernel can write.
 *
 * @param baseUrl - The Jupyter server's, as the browser sees it: where the redirect page is.
 * @param place - What keeps Jupyter's own port from taking the answer of a sign-in, if anything.
 */
export function resolveConfiguration(
  user: UserSettings,
  server: IServerEnvironment,
  baseUrl: string,
  place: WayObstacle | null
): Configuration {
  const clientId = text(user['clientId']) ?? server.clientId;
  if (clientId === null && server.problem !== null) {
    return { kind: 'malformed', detail: null, sentence: server.problem };
  }
  // A server half in error allows nothing of its own; that is no word about the user's own app.
  const facts = { clientId, place, offered: server.problem === null ? server.sources : null };
  const redirectUri = text(user['redirectUri']) ?? server.redirectUri ?? redirectPage(baseUrl);
  const choices = chooseWays(facts);
  const opensPopup = choices.some(({ name, obstacle }) => name === 'popup' && obstacle === null);
  const popup = opensPopup ? popupOf(user, server, clientId ?? '', redirectUri) : null;
  if (popup !== null && 'kind' in popup) {
    return popup;
  }
  return {
    kind: 'configured',
    ways: choices.map(({ name, obstacle }) => ({
      ...{ name, obstacle },
      ...(name === 'popup'
        ? { redirectUri, foreignAuthority: foreignHost(popup?.authority ?? null), shownAs: null }
        : ofServer(name, server, baseUrl))
    })),
    popup,
    server: heldByServer(facts, server, baseUrl)
  };
}

/** The browser's own sign-in, or which setting of it is wrong. */
function popupOf(
  user: UserSettings,
  server: IServerEnvironment,
  clientId: string,
  redirectUri: string
): IPopupConfiguration | IMalformed {
  const cloud = text(user['cloud']) ?? server.cloud ?? 'AzureCloud';
  const tenant = text(user['tenantId']) ?? server.tenantId ?? 'organizations';
  const users = text(user['authority']);
  // Whoever names a cloud leaves the administrator's authority; a tenant is one of its host's.
  const leaves = users !== null || text(user['cloud']) !== null;
  const own = leaves ? users : inTenant(server.authority, text(user['tenantId']));
  const host = LOGIN_HOSTS.get(cloud);
  const malformed = (detail: string): IMalformed => ({ kind: 'malformed', detail });

  if (!GUID.test(clientId)) {
    return malformed('clientId');
  }
  if (!TENANT.test(tenant)) {
    return malformed('tenantId');
  }
  if (own === null && host === undefined) {
    return malformed('cloud');
  }
  if (own !== null && !isSecure(own, false)) {
    return malformed('authority');
  }
  if (!isSecure(redirectUri, true)) {
    return malformed('redirectUri');
  }
  const metadata = user['authorityMetadata'];
  // They name where the code is redeemed: those of one authority are not for another.
  const servers = leaves ? null : server.authorityMetadata;
  return {
    clientId,
    authority: own ?? `https://${host}/${tenant}`,
    authorityMetadata: typeof metadata === 'object' && metadata !== null ? metadata : servers,
    redirectUri,
    cloud
  };
}

/** Where the redirect page is served, in the form to register: any port of localhost will do. */
export function redirectPage(baseUrl: string): string {
  return new URL('lab/extensions/jupyter-azure-auth/static/redirect.html', baseUrl).href;
}

/** @param tenant - Takes the place of the authority's own, where it is not null. */
function inTenant(authority: string | null, tenant: string | null): string | null {
  return authority !== null && tenant !== null && URL.canParse(authority)
    ? `${new URL(authority).origin}/${tenant}`
    : authority;
}

/** From the server half's configuration alone: it is the one that signs in. */
function ofServer(
  name: WayName,
  server: IServerEnvironment,
  baseUrl: string
): Pick<IAzureWay, 'redirectUri' | 'foreignAuthority' | 'shownAs'> {
  const foreignAuthority = foreignHost(server.authority);
  return {
    redirectUri: name === 'loopback' ? new URL(baseUrl).origin : null,
    foreignAuthority,
    shownAs: server.isAzureCli && foreignAuthority === null ? 'Azure CLI' : null
  };
}

function heldByServer(
  facts: IFacts,
  { cloud }: IServerEnvironment,
  baseUrl: string
): IServerConfiguration | null {
  const port = Number(new URL(baseUrl).port || 80);
  return usesServer(facts) ? { port, cloud: cloud ?? 'AzureCloud' } : null;
}

/** @returns Null for Microsoft's own. */
function foreignHost(authority: string | null): string | null {
  const host = authority !== null && URL.canParse(authority) ? new URL(authority).host : null;
  return host === null || [...LOGIN_HOSTS.values()].includes(host) ? null : host;
}

/** `https` everywhere; on this very machine `http` too, where the platform allows it. */
function isSecure(address: string, orLocal: boolean): boolean {
  if (!URL.canParse(address)) {
    return false;
  }
  const { protocol, hostname, username, password, hash } = new URL(address);
  const local = hostname === 'localhost' || hostname === '127.0.0.1';
  return (
    (protocol === 'https:' || (orLocal && local && protocol === 'http:')) &&
    username + password + hash === ''
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
