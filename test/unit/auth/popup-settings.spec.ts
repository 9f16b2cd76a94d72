import { nullTranslator } from '@jupyterlab/translation';
import { popupSettings, type SettingName } from '../../../src/auth/popup-settings';
import { type IServerConfig, parseServerConfig } from '../../../src/auth/server-config';
import { effectiveText } from '../../../src/settings-editor/effective-text';

const trans = nullTranslator.load('');
const BASE = 'http://localhost:8888/';
const ID = '99999999-2222-3333-4444-555555555555';
const CUSTOM = 'https://login.example/t';
const METADATA = { issuer: 'i', authorization_endpoint: CUSTOM, token_endpoint: CUSTOM };

/** What the Settings Editor shows beside a setting. */
function shown(name: SettingName, user: object, change: Partial<IServerConfig>): string | null {
  const server = { ...parseServerConfig(new Map()), ...change };
  return effectiveText(name, popupSettings({ ...user }, server, BASE).effective[name], trans);
}

describe('effectiveText', () => {
  it.each<[SettingName, object, Partial<IServerConfig>, string | null]>([
    ['clientId', {}, {}, 'Effective: none.'],
    ['clientId', { clientId: '  ' }, {}, 'Effective: none.'],
    [
      'clientId',
      {},
      { clientId: ID },
      `Effective: ${ID}, from the server’s c.AzureAuth.client_id.`
    ],
    ['clientId', { clientId: ID }, { clientId: 'other' }, null],
    ['tenantId', {}, {}, 'Effective: organizations, the default.'],
    [
      'tenantId',
      {},
      { tenantId: 'common' },
      'Effective: common, from the server’s c.AzureAuth.tenant_id.'
    ],
    ['tenantId', { tenantId: 'a.com' }, { tenantId: 'common' }, null],
    // A trait that is ignored, and a setting that is not.
    [
      'tenantId',
      {},
      { tenantId: 'common', authority: CUSTOM },
      'Effective: t, from the authority.'
    ],
    ['tenantId', { tenantId: 'a.com' }, { authority: CUSTOM }, null],
    ['tenantId', { tenantId: 'a.com', authority: CUSTOM }, {}, 'Effective: t, from the authority.'],
    ['cloud', {}, {}, 'Effective: AzureCloud, the default.'],
    // The server names its default cloud, too.
    ['cloud', {}, { cloud: 'AzureCloud' }, 'Effective: AzureCloud, the default.'],
    [
      'cloud',
      {},
      { cloud: 'AzureChinaCloud' },
      'Effective: AzureChinaCloud, from the server’s c.AzureAuth.cloud.'
    ],
    [
      'authority',
      { tenantId: 'a.com' },
      {},
      'Effective: https://login.microsoftonline.com/a.com, from the cloud and the tenant.'
    ],
    [
      'authority',
      { tenantId: 'a.com' },
      { authority: CUSTOM },
      'Effective: https://login.example/a.com, from the server’s c.AzureAuth.authority.'
    ],
    ['authority', { cloud: 'AzureMoonCloud' }, {}, 'Effective: none.'],
    [
      'redirectUri',
      {},
      { redirectUri: 'https://hub/r' },
      'Effective: https://hub/r, from the server’s c.AzureAuth.redirect_uri.'
    ],
    ['authorityMetadata', {}, {}, 'Effective: none.'],
    [
      'authorityMetadata',
      {},
      { authority: CUSTOM, authorityMetadata: { issuer: 'i' } },
      'Effective: i, from the server’s c.AzureAuth.authority_metadata.'
    ],
    [
      'authorityMetadata',
      { cloud: 'AzureChinaCloud' },
      { authority: CUSTOM, authorityMetadata: { issuer: 'i' } },
      'Effective: none.'
    ]
  ])('of %s with %j over %j: %s', (name, user, server, expected) => {
    expect(shown(name, user, server)).toBe(expected);
  });
});

describe('popupSettings', () => {
  it.each([
    ['AzureStackCloud', CUSTOM, []],
    ['AzureCloud', 'https://login.microsoftonline.com/organizations', []],
    ['AzureMoonCloud', '', ['cloud']]
  ])('leaves the server’s authority if the cloud has another: %s', (cloud, used, wrong) => {
    const server = { ...parseServerConfig(new Map()), clientId: ID, authority: CUSTOM };
    const own = { ...server, cloud: 'AzureStackCloud', authorityMetadata: METADATA };
    const { effective, invalid } = popupSettings({ cloud }, own, BASE);
    expect([effective.authority.value, invalid]).toEqual([used, wrong]);
    expect(effective.authorityMetadata.from).toBe(used === CUSTOM ? 'server' : 'default');
  });

  it('names every invalid setting', () => {
    const user = { clientId: 'x', tenantId: 'x', cloud: 'x', redirectUri: 'x' };
    const { invalid } = popupSettings(user, parseServerConfig(new Map()), BASE);
    expect(invalid).toEqual(['clientId', 'tenantId', 'cloud', 'redirectUri']);
  });
});
