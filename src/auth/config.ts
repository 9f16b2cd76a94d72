import type { IAzureSignInMethod, SignInObstacle } from './page-auth';
import type { SignInMethodName } from '../tokens';
import { LOGIN_HOSTS } from './clouds';
import { chooseSignInMethods, type IMethodContext, usesServer } from './methods';
import { endpointsOf, popupSettings, type UserSettings } from './popup-settings';
import type { IServerConfig } from './server-config';

/** Checked configuration of the browser's own sign-in; only this module reads settings. */
export interface IPopupConfiguration {
  readonly clientId: string;
  /** `https://<host>/<tenant>`. */
  readonly authority: string;
  /** Null for authorities that MSAL.js knows by itself. */
  readonly authorityMetadata: object | null;
  readonly redirectUri: string;
  readonly cloud: string;
}

/** What the page must know about the server extension's sign-ins; the rest stays at the server. */
export interface IServerConfiguration {
  /** Port of the address at which this browser reaches Jupyter. */
  readonly port: number;
  readonly cloud: string;
}

export interface IConfigured {
  readonly kind: 'configured';
  /** Best first; unavailable ones come last. */
  readonly methods: readonly IAzureSignInMethod[];
  /** Null if this method is unavailable. */
  readonly popup: IPopupConfiguration | null;
  /** Null if the server extension has nothing to hold. */
  readonly server: IServerConfiguration | null;
  /** Whether tabs can pass access tokens on to each other through the server. */
  readonly sharesTabs: boolean;
  /** Resources that tokens may be for, in the page and at the server; null for all. */
  readonly allowedResources: readonly string[] | null;
}

export type Configuration = IConfigured | IMalformed;

export interface IMalformed {
  readonly kind: 'malformed';
  /** The invalid user setting; its value is never repeated. Null if it is the server's. */
  readonly detail: string | null;
  /** What the server extension says about its own configuration. */
  readonly sentence?: string;
}

/**
 * Merge the user's settings into the administrator's. They apply to the `popup` source only: what
 * the server extension does on behalf of users never depends on a file that any kernel can write.
 *
 * @param baseUrl - Of the Jupyter server as the browser sees it: where the redirect page is.
 * @param loopbackObstacle - What keeps Jupyter's own port from receiving the authorization
 * response, if anything.
 */
export function resolveConfiguration(
  user: UserSettings,
  server: IServerConfig,
  baseUrl: string,
  loopbackObstacle: SignInObstacle | null
): Configuration {
  const { effective, invalid } = popupSettings(user, server, baseUrl);
  const clientId = effective.clientId.value;
  if (clientId === null && server.problem !== null) {
    return { kind: 'malformed', detail: null, sentence: server.problem };
  }
  // A misconfigured server extension offers nothing, which says nothing about the user's own app.
  const context = {
    clientId,
    loopbackObstacle,
    offered: server.problem === null ? server.sources : null
  };
  const choices = chooseSignInMethods(context);
  const opensPopup = choices.some(({ name, obstacle }) => name === 'popup' && obstacle === null);
  const [detail] = invalid;
  if (opensPopup && detail !== undefined) {
    return { kind: 'malformed', detail };
  }
  const redirectUri = effective.redirectUri.value;
  const popup: IPopupConfiguration | null = opensPopup
    ? {
        clientId: clientId ?? '',
        authority: effective.authority.value,
        authorityMetadata: effective.authorityMetadata.value,
        redirectUri,
        cloud: effective.cloud.value
      }
    : null;
  return {
    kind: 'configured',
    methods: choices.map(({ name, obstacle }) => ({
      ...{ name, obstacle },
      ...(name === 'popup'
        ? { redirectUri, customAuthority: foreignHosts(...addressesOf(popup)), appName: null }
        : ofServer(name, server, baseUrl))
    })),
    popup,
    server: heldByServer(context, server, baseUrl),
    // If there are several users, a page issues no token without its user's consent.
    sharesTabs: popup !== null && server.shared === false,
    allowedResources: server.allowedResources
  };
}

/** From the server extension's configuration alone, since the extension signs in. */
function ofServer(
  name: SignInMethodName,
  server: IServerConfig,
  baseUrl: string
): Pick<IAzureSignInMethod, 'redirectUri' | 'customAuthority' | 'appName'> {
  const foreignAuthority = foreignHosts(server.authority);
  return {
    redirectUri: name === 'loopback' ? new URL(baseUrl).origin : null,
    customAuthority: foreignAuthority,
    appName: server.isAzureCli && foreignAuthority === null ? 'Microsoft Azure CLI' : null
  };
}

function heldByServer(
  context: IMethodContext,
  { cloud }: IServerConfig,
  baseUrl: string
): IServerConfiguration | null {
  const port = Number(new URL(baseUrl).port || 80);
  return usesServer(context) ? { port, cloud: cloud ?? 'AzureCloud' } : null;
}

/** Return where a sign-in, its code and its refresh token go. */
function addressesOf(popup: IPopupConfiguration | null): readonly unknown[] {
  return [popup?.authority, ...endpointsOf(popup?.authorityMetadata)];
}

/** @returns Null if all addresses are at hosts of Microsoft's clouds. */
function foreignHosts(...addresses: readonly unknown[]): string | null {
  const hosts = addresses
    .map(String)
    .flatMap(address => (URL.canParse(address) ? new URL(address).host : []))
    .filter(host => ![...LOGIN_HOSTS.values()].includes(host));
  return [...new Set(hosts)].join(', ') || null;
}
