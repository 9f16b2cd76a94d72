import {
  type Configuration,
  redirectPage,
  resolveConfiguration
} from '../../../src/session/configuration';
import { type IServerEnvironment, parseEnvironment } from '../../../src/session/environment';
import type { LoopbackObstacle } from '../../../src/tokens';
import { POPUP } from './tab';

const BASE = 'http://localhost:8888/user/a/';
const ID = POPUP.clientId;
const OTHER = '99999999-2222-3333-4444-555555555555';
const PAGE = 'http://localhost:8888/user/a/lab/extensions/jupyter-azure-auth/static/redirect.html';

const OWN_PORT = {
  source: 'loopback',
  port: 8888,
  redirectUri: 'http://localhost:8888',
  foreignAuthority: null,
  cloud: 'AzureCloud'
};

const server = (change: Partial<IServerEnvironment> = {}): IServerEnvironment => ({
  ...parseEnvironment(new Map()),
  ...change
});

function resolve(
  user: object,
  change: Partial<IServerEnvironment> = {},
  obstacle: LoopbackObstacle | null = 'not_offered'
): Configuration {
  return resolveConfiguration({ ...user }, server(change), BASE, obstacle);
}

describe('resolveConfiguration', () => {
  it.each<[string, object, Partial<IServerEnvironment>, object]>([
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
        foreignAuthority: 'login.example',
        cloud: 'AzureStack'
      }
    ],
    [
      'one of Microsoft by hand',
      { authority: 'https://login.microsoftonline.us/t' },
      { clientId: ID },
      { authority: 'https://login.microsoftonline.us/t' }
    ],
    [
      "a user's cloud before the server's authority, metadata included",
      { cloud: 'AzureChinaCloud' },
      { clientId: ID, authority: 'https://login.example/t', authorityMetadata: { s: 1 } },
      {
        authority: 'https://login.chinacloudapi.cn/organizations',
        cloud: 'AzureChinaCloud'
      }
    ],
    [
      "a user's tenant at the server's authority",
      { tenantId: 'contoso.com' },
      { clientId: ID, authority: 'https://login.example/t' },
      { authority: 'https://login.example/contoso.com', foreignAuthority: 'login.example' }
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
      { clientId: ID, authorityMetadata: { s: 1 } },
      { authorityMetadata: { s: 1 } }
    ],
    [
      "the user's metadata",
      { authorityMetadata: { u: 1 } },
      { clientId: ID, authorityMetadata: { s: 1 } },
      { authorityMetadata: { u: 1 } }
    ],
    [
      "no metadata of the server's for an authority of the user's",
      { authority: 'https://login.example/t' },
      { clientId: ID, authorityMetadata: { s: 1 } },
      { authority: 'https://login.example/t', foreignAuthority: 'login.example' }
    ]
  ])('takes %s', (_, user, administrator, expected) => {
    const by = { ...POPUP, redirectUri: PAGE, ...expected };
    expect(resolve(user, administrator)).toEqual({ kind: 'configured', by });
  });

  it.each<[string, object, Partial<IServerEnvironment>]>([
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
    ['redirectUri', { redirectUri: 'https://hub/r#SECRET' }, {}]
  ])('names %s where it is wrong, never its value', (detail, user, administrator) => {
    const found = resolve({ clientId: ID, ...user }, administrator);
    expect(found).toEqual({ kind: 'malformed', detail });
  });

  it('says what to register where nothing is configured', () => {
    const obstacle = 'root_is_not_ours';
    expect(resolve({}, {}, obstacle)).toEqual({
      kind: 'not-configured',
      redirectUri: PAGE,
      obstacle
    });
  });

  it('needs no app where Jupyter’s own port will do, nor anything of the user', () => {
    const user = { tenantId: 'contoso.com', cloud: 'SECRET', authority: 'https://evil.example/t' };
    const by = { ...OWN_PORT, shownAs: 'Azure CLI' };
    expect(resolve(user, {}, null)).toEqual({ kind: 'configured', by });
  });

  it.each<[string, Partial<IServerEnvironment>, object]>([
    ['an app of its own', { isAzureCli: false }, { shownAs: null }],
    [
      'another authority, which Microsoft shows nothing of',
      { authority: 'https://login.example/t' },
      { foreignAuthority: 'login.example', shownAs: null }
    ],
    ['another cloud', { cloud: 'AzureChinaCloud' }, { cloud: 'AzureChinaCloud' }]
  ])('knows what a sign-in on its own port has of the server: %s', (_, change, expected) => {
    const by = { ...OWN_PORT, shownAs: 'Azure CLI', ...expected };
    expect(resolve({}, change, null)).toEqual({ kind: 'configured', by });
  });

  it('prefers a configured app, unless the administrator does not', () => {
    const source = (change: Partial<IServerEnvironment>): string | undefined => {
      const found = resolve({}, { clientId: ID, ...change }, null);
      return found.kind === 'configured' ? found.by.source : found.kind;
    };
    expect(source({})).toBe('popup');
    expect(source({ sources: ['loopback'] })).toBe('loopback');
    expect(source({ sources: [] })).toBe('not-configured');
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
