import { LOGIN_HOSTS } from './clouds';
import type { IServerConfig } from './server-config';
import { isGuid, isTenant } from './validation';

/** Settings that exist for the user and for the administrator, by the user's names. */
export type SettingName = keyof IPopupSettings['effective'];

/** The user's settings, as stored by the Settings Editor. */
export type UserSettings = Readonly<Record<string, unknown>>;

/** The value of a setting in effect, and where it comes from. */
export interface IEffectiveSetting<T = string> {
  readonly value: T;
  /** `cloud`: determined by cloud and tenant. `authority`: part of the authority. */
  readonly from: 'user' | 'server' | 'cloud' | 'authority' | 'default';
}

/** The user's settings merged into the administrator's: those of the browser's own sign-in. */
export interface IPopupSettings {
  readonly effective: {
    /** Null if none is set. */
    readonly clientId: IEffectiveSetting<string | null>;
    readonly tenantId: IEffectiveSetting;
    readonly cloud: IEffectiveSetting;
    readonly redirectUri: IEffectiveSetting;
    /** `https://<host>/<tenant>`; empty if the cloud is unknown. */
    readonly authority: IEffectiveSetting;
    /** Null for authorities that MSAL.js knows by itself. */
    readonly authorityMetadata: IEffectiveSetting<object | null>;
  };
  /** Names of the settings with an invalid value, the most important first. */
  readonly invalid: readonly SettingName[];
}

/** Merge the user's settings into the administrator's, and validate the result. */
export function popupSettings(
  user: UserSettings,
  server: IServerConfig,
  baseUrl: string
): IPopupSettings {
  const [users, usersCloud] = [text(user['authority']), text(user['cloud'])];
  const cloud = firstOf(usersCloud, notDefault(server.cloud), DEFAULT_CLOUD);
  const tenant = firstOf(text(user['tenantId']), server.tenantId, 'organizations');
  // A user who names a cloud leaves the administrator's authority, unless the cloud has no other
  // one; a tenant belongs to its host.
  const isServers = usersCloud === server.cloud && !LOGIN_HOSTS.has(cloud.value);
  const overridesAuthority = users !== null || (usersCloud !== null && !isServers);
  const servers = overridesAuthority ? null : inTenant(server.authority, text(user['tenantId']));
  const host = LOGIN_HOSTS.get(cloud.value);
  const ofCloud = host === undefined ? '' : `https://${host}/${tenant.value}`;
  const authority = firstOf(users, servers, ofCloud, 'cloud');
  const isOwn = authority.from !== 'cloud';
  const redirectUri = firstOf(text(user['redirectUri']), server.redirectUri, redirectPage(baseUrl));
  const clientId = firstOf(text(user['clientId']), server.clientId, null);
  const metadata = user['authorityMetadata'];
  const authorityMetadata = firstOf<object, null>(
    typeof metadata === 'object' ? metadata : null,
    // They name the endpoint that redeems the code: those of one authority are not for another.
    overridesAuthority ? null : server.authorityMetadata,
    null
  );
  const checks: readonly [SettingName, boolean][] = [
    ['clientId', isGuid(clientId.value ?? '')],
    ['tenantId', isTenant(tenant.value)],
    ['cloud', isOwn || host !== undefined],
    ['authority', !isOwn || isSecure(authority.value)],
    ['redirectUri', isSecure(redirectUri.value, 'localhost', '127.0.0.1')],
    ['authorityMetadata', isMetadata(authorityMetadata.value)]
  ];
  return {
    effective: {
      ...{ clientId, cloud, redirectUri, authority, authorityMetadata },
      tenantId: isOwn ? tenantOf(authority, tenant) : tenant
    },
    invalid: checks.flatMap(([name, isValid]) => (isValid ? [] : [name]))
  };
}

/**
 * Return the address of the redirect page, as it is to be registered: any port of localhost works.
 */
export function redirectPage(baseUrl: string): string {
  return new URL('lab/extensions/jupyter-azure-auth/static/redirect.html', baseUrl).href;
}

/** Return where metadata send the user, and the code: that may be other hosts than the authority's. */
export function endpointsOf(metadata?: object | null): readonly unknown[] {
  const { authorization_endpoint, token_endpoint } = Object(metadata);
  return [authorization_endpoint, token_endpoint];
}

/** Clouds by the names of the Azure CLI, the default first. */
export const CLOUD_NAMES: readonly string[] = [...LOGIN_HOSTS.keys()];
const [DEFAULT_CLOUD = ''] = CLOUD_NAMES;

/** The server extension always names its cloud, set or not. */
function notDefault(cloud: string | null): string | null {
  return cloud === DEFAULT_CLOUD ? null : cloud;
}

function firstOf<T, D extends T | null>(
  user: T | null,
  server: T | null,
  otherwise: D,
  from: IEffectiveSetting['from'] = 'default'
): IEffectiveSetting<T | D> {
  if (user !== null) {
    return { value: user, from: 'user' };
  }
  return server !== null ? { value: server, from: 'server' } : { value: otherwise, from };
}

/** @param tenant - Replaces the tenant of the authority, unless it is null. */
function inTenant(authority: string | null, tenant: string | null): string | null {
  return authority !== null && tenant !== null && URL.canParse(authority)
    ? `${new URL(authority).origin}/${tenant}`
    : authority;
}

/** Return the tenant of an authority that was set: only that of the server takes the user's. */
function tenantOf(
  { value, from }: IEffectiveSetting,
  tenant: IEffectiveSetting
): IEffectiveSetting {
  return from === 'server' && tenant.from === 'user'
    ? tenant
    : { value: value.replace(/^.*?([^/]*)\/*$/, '$1'), from: 'authority' };
}

/**
 * Whether metadata have an issuer and secure endpoints. The twin of `_is_metadata` in
 * `server/config.py`.
 */
function isMetadata(metadata: object | null): boolean {
  return (
    metadata === null ||
    (typeof Object(metadata).issuer === 'string' &&
      endpointsOf(metadata).every(one => isSecure(one, 'localhost', '127.0.0.1', '[::1]')))
  );
}

/** Whether an address uses `https`, or `http` on one of these hosts. */
function isSecure(address: unknown, ...hosts: readonly string[]): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) {
    return false;
  }
  const { protocol, hostname, username, password, hash } = new URL(address);
  return (
    (protocol === 'https:' || (protocol === 'http:' && hosts.includes(hostname))) &&
    username + password + hash === ''
  );
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
