import {
  type Configuration,
  type IPopupConfiguration,
  resolveConfiguration
} from '../../../src/auth/config';
import { redirectPage } from '../../../src/auth/popup-settings';
import { type IServerConfig, parseServerConfig } from '../../../src/auth/server-config';
import type { IAzureSignInMethod, SignInObstacle } from '../../../src/auth/page-auth';
import type { SignInMethodName } from '../../../src/tokens';
import { POPUP } from './requests';

const BASE = 'http://localhost:8888/user/a/';
const ID = POPUP.clientId;
const OTHER = '99999999-2222-3333-4444-555555555555';
const PAGE = 'http://localhost:8888/user/a/lab/extensions/jupyter-azure-auth/static/redirect.html';

const OWN_PORT: IAzureSignInMethod = {
  ...{ name: 'loopback', obstacle: null, redirectUri: 'http://localhost:8888' },
  ...{ customAuthority: null, appName: 'Microsoft Azure CLI' }
};
const CLOSED = { obstacle: 'no_extension', customAuthority: null, appName: 'Microsoft Azure CLI' };

const METADATA = {
  issuer: 'https://login.microsoftonline.com/t',
  authorization_endpoint: 'https://login.microsoftonline.com/t/authorize',
  token_endpoint: 'https://login.microsoftonline.com/t/token'
};
const USERS_METADATA = { ...METADATA, issuer: 'https://login.example' };
const withMetadata = (change: object): object => ({
  authorityMetadata: { ...METADATA, ...change }
});

const server = (change: Partial<IServerConfig> = {}): IServerConfig => ({
  ...parseServerConfig(new Map()),
  ...change
});

function resolve(
  user: object,
  change: Partial<IServerConfig> = {},
  loopbackObstacle: SignInObstacle | null = 'not_local'
): Configuration {
  return resolveConfiguration({ ...user }, server(change), BASE, loopbackObstacle);
}

function methodOf(found: Configuration, name: SignInMethodName): IAzureSignInMethod | undefined {
  return found.kind === 'configured'
    ? found.methods.find(method => method.name === name)
    : undefined;
}

describe('resolveConfiguration', () => {
  it.each<[string, object, Partial<IServerConfig>, object]>([
    ['the least', { clientId: ID }, {}, {}],
    ['the server alone', {}, { clientId: ID }, {}],
    ['a user before the server', { clientId: ID }, { clientId: OTHER }, {}],
    ['blanks for nothing', { clientId: '  ', tenantId: '' }, { clientId: ID }, {}],
    ['blanks around', { clientId: ` ${ID} ` }, {}, {}],
    [
      'a tenant',
      { tenantId: 'contoso.com' },
      { clientId: ID },
      { authority: 'https://login.microsoftonline.com/contoso.com' }
    ],
    [
      'a cloud',
      { cloud: 'AzureChinaCloud', tenantId: OTHER },
      { clientId: ID, cloud: 'AzureUSGovernment' },
      { authority: `https://login.chinacloudapi.cn/${OTHER}`, cloud: 'AzureChinaCloud' }
    ],
    [
      'an authority that no cloud has',
      { authority: 'https://login.example/t' },
      { clientId: ID, cloud: 'AzureStack' },
      {
        authority: 'https://login.example/t',
        cloud: 'AzureStack'
      }
    ],
    [
      'one of Microsoft, set explicitly',
      { authority: 'https://login.microsoftonline.us/t' },
      { clientId: ID },
      { authority: 'https://login.microsoftonline.us/t' }
    ],
    [
      "a user's cloud before the server's authority, metadata included",
      { cloud: 'AzureChinaCloud' },
      { clientId: ID, authority: 'https://login.example/t', authorityMetadata: METADATA },
      {
        authority: 'https://login.chinacloudapi.cn/organizations',
        cloud: 'AzureChinaCloud'
      }
    ],
    [
      "a user's tenant at the server's authority",
      { tenantId: 'contoso.com' },
      { clientId: ID, authority: 'https://login.example/t' },
      { authority: 'https://login.example/contoso.com' }
    ],
    [
      'another redirect page',
      { redirectUri: 'https://hub/r' },
      { clientId: ID },
      { redirectUri: 'https://hub/r' }
    ],
    [
      'one on this machine',
      {},
      { clientId: ID, redirectUri: 'http://127.0.0.1/r' },
      { redirectUri: 'http://127.0.0.1/r' }
    ],
    [
      "the server's metadata",
      {},
      { clientId: ID, authorityMetadata: METADATA },
      { authorityMetadata: METADATA }
    ],
    [
      "the user's metadata",
      { authorityMetadata: USERS_METADATA },
      { clientId: ID, authorityMetadata: METADATA },
      { authorityMetadata: USERS_METADATA }
    ],
    [
      "no metadata of the server's for an authority of the user's",
      { authority: 'https://login.example/t' },
      { clientId: ID, authorityMetadata: METADATA },
      { authority: 'https://login.example/t' }
    ]
  ])('accepts %s', (_, user, administrator, expected) => {
    const popup: IPopupConfiguration = { ...POPUP, redirectUri: PAGE, ...expected };
    const found = resolve(user, administrator);
    expect(found).toMatchObject({ kind: 'configured', popup });
    const { host } = new URL(popup.authority);
    expect(methodOf(found, 'popup')).toEqual({
      ...{ name: 'popup', obstacle: null, redirectUri: popup.redirectUri, appName: null },
      customAuthority: host === 'login.example' ? host : null
    });
  });

  it.each<[string, object, Partial<IServerConfig>]>([
    ['clientId', { clientId: 'SECRET' }, {}],
    ['tenantId', { tenantId: 'SECRET/../x' }, {}],
    ['tenantId', { tenantId: 'SECRET..com' }, {}],
    ['tenantId', { tenantId: 's'.repeat(254) }, {}],
    ['cloud', { cloud: 'SECRET' }, {}],
    ['cloud', { cloud: 'constructor' }, {}],
    ['authority', { authority: 'http://SECRET/t' }, {}],
    ['authority', { authority: 'http://localhost/SECRET' }, {}],
    ['authority', { authority: 'https://user:SECRET@login.example/t' }, {}],
    ['authority', {}, { authority: 'SECRET' }],
    ['redirectUri', { redirectUri: 'http://SECRET.example/r' }, {}],
    ['redirectUri', { redirectUri: 'javascript:SECRET' }, {}],
    ['redirectUri', { redirectUri: 'https://hub/r#SECRET' }, {}],
    ['authorityMetadata', withMetadata({ token_endpoint: 'http://SECRET.example/token' }), {}],
    ['authorityMetadata', withMetadata({ authorization_endpoint: 'http://SECRET.example/' }), {}],
    ['authorityMetadata', withMetadata({ token_endpoint: ['https://SECRET.example/token'] }), {}],
    ['authorityMetadata', withMetadata({ token_endpoint: undefined }), {}],
    ['authorityMetadata', withMetadata({ issuer: undefined }), {}],
    ['authorityMetadata', { authorityMetadata: [] }, {}]
  ])('names %s if it is invalid, never its value', (detail, user, administrator) => {
    const found = resolve({ clientId: ID, ...user }, administrator);
    expect(found).toEqual({ kind: 'malformed', detail });
  });

  it.each(['localhost', '127.0.0.1', '[::1]'])('accepts a token endpoint at %s', host => {
    const user = withMetadata({ token_endpoint: `http://${host}:7777/token` });
    expect(methodOf(resolve({ clientId: ID, ...user }), 'popup')?.obstacle).toBeNull();
  });

  // Code in a kernel can write the user's settings, and the token endpoint gets the code.
  it.each([
    ['https://login.microsoftonline.com', 'https://evil.test:8443', 'evil.test:8443'],
    ['https://evil.test', 'https://login.microsoftonline.com', 'evil.test'],
    ['https://login.example', 'https://login.example', 'login.example'],
    ['https://login.example', 'https://evil.test', 'login.example, evil.test'],
    ['https://login.microsoftonline.com', 'https://login.microsoftonline.com', null]
  ])('names each host that is not Microsoft’s: %s, %s', (sends, redeems, expected) => {
    const authorityMetadata = {
      issuer: 'https://login.example',
      authorization_endpoint: `${sends}/{tenantid}/authorize`,
      token_endpoint: `${redeems}/{tenantid}/token`
    };
    const found = resolve({ clientId: ID, authorityMetadata });
    expect(methodOf(found, 'popup')?.customAuthority).toBe(expected);
  });

  it('says what to register if nothing is configured', () => {
    expect(resolve({}, {}, 'root_is_not_ours')).toEqual({
      kind: 'configured',
      methods: [
        { ...CLOSED, name: 'popup', obstacle: 'no_client_id', redirectUri: PAGE, appName: null },
        { ...CLOSED, name: 'loopback', redirectUri: 'http://localhost:8888' },
        { ...CLOSED, name: 'device-code', redirectUri: null }
      ],
      popup: null,
      server: null,
      sharesTabs: false,
      allowedResources: null
    });
  });

  it.each([
    [{ clientId: ID, shared: false }, true],
    [{ clientId: ID, shared: true }, false],
    // Without the server extension, nothing passes tokens on.
    [{ clientId: ID, shared: null }, false],
    [{ shared: false }, false]
  ])('lets tabs share a popup sign-in if there is one user: %j', (server, shares) => {
    expect(resolve({}, server, null)).toMatchObject({ sharesTabs: shares });
  });

  it('needs neither an app nor user settings if Jupyter’s own port works', () => {
    const user = { tenantId: 'contoso.com', cloud: 'SECRET', authority: 'https://evil.example/t' };
    const found = resolve(user, { sources: ['loopback'] }, null);
    expect(found).toMatchObject({ popup: null, server: { port: 8888, cloud: 'AzureCloud' } });
    expect(methodOf(found, 'loopback')).toEqual(OWN_PORT);
  });

  it.each<[string, Partial<IServerConfig>, object]>([
    ['an app of its own', { isAzureCli: false }, { appName: null }],
    [
      'another authority, which Microsoft shows nothing of',
      { authority: 'https://login.example/t' },
      { customAuthority: 'login.example', appName: null }
    ]
  ])('takes a sign-in on its own port from the server: %s', (_, change, expected) => {
    const found = resolve({}, { sources: ['loopback'], ...change }, null);
    expect(methodOf(found, 'loopback')).toEqual({ ...OWN_PORT, ...expected });
  });

  it('uses the cloud of the server, even if the user has another', () => {
    const change = { sources: ['loopback', 'popup'], cloud: 'AzureChinaCloud', clientId: ID };
    const found = resolve({ cloud: 'AzureUSGovernment' }, change, null);
    expect(found).toMatchObject({
      popup: { cloud: 'AzureUSGovernment' },
      server: { cloud: 'AzureChinaCloud' }
    });
  });

  it('prefers a configured app, unless the administrator does not', () => {
    const open = (sources: string[]): string[] => {
      const found = resolve({}, { clientId: ID, sources }, null);
      const methods = found.kind === 'configured' ? found.methods : [];
      return methods.flatMap(({ name, obstacle }) => (obstacle === null ? [name] : []));
    };
    expect(open(['loopback', 'popup'])).toEqual(['popup', 'loopback']);
    expect(open(['loopback'])).toEqual(['loopback']);
    expect(open([])).toEqual([]);
  });

  it('offers no method of a misconfigured server extension', () => {
    const found = resolve({ clientId: ID }, { sources: ['loopback'], problem: 'x' }, null);
    expect(found).toMatchObject({ popup: { clientId: ID }, server: null });
    expect(methodOf(found, 'loopback')).toMatchObject({ obstacle: 'no_extension' });
  });

  it("passes on the administrator's own mistake, unless the user has a client", () => {
    const problem = 'c.AzureAuth.client_id is no GUID.';
    expect(resolve({}, { problem })).toEqual({
      kind: 'malformed',
      detail: null,
      sentence: problem
    });
    expect(resolve({ clientId: ID }, { problem }).kind).toBe('configured');
  });
});

describe('redirectPage', () => {
  it('is below the base URL of the server', () => {
    expect(redirectPage(BASE)).toBe(PAGE);
  });
});
