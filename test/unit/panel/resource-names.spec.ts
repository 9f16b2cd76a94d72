import { nullTranslator } from '@jupyterlab/translation';
import { requestedResource, resourceName } from '../../../src/panel/resource-names';
import clouds from '../../../jupyter_azure_auth/clouds.json';
import { STORAGE } from './fixtures';

const APP = '11112222-aaaa-bbbb-cccc-123456789012';

describe('resourceName', () => {
  it.each([
    ['https://storage.azure.com/.default', 'Storage'],
    ['https://storage.azure.com/user_impersonation', 'Storage'],
    ['https://STORAGE.azure.com//.default', 'Storage'],
    ['https://contoso.blob.core.windows.net/.default', 'Storage'],
    ['https://contoso.dfs.core.usgovcloudapi.net/.default', 'Storage'],
    ['https://management.azure.com//.default', 'Resource Manager'],
    ['https://management.core.windows.net//.default', 'Resource Manager'],
    ['https://management.chinacloudapi.cn/.default', 'Resource Manager'],
    ['https://management.core.usgovcloudapi.net/.default', 'Resource Manager'],
    ['https://vault.azure.net/.default', 'Key Vault'],
    ['https://contoso.vault.azure.cn/.default', 'Key Vault'],
    ['https://ml.azure.com/.default', 'Machine Learning'],
    ['https://database.windows.net/.default', 'SQL Database'],
    ['https://ossrdbms-aad.database.windows.net/.default', 'PostgreSQL and MySQL'],
    ['https://graph.microsoft.com/User.Read', 'Microsoft Graph'],
    ['User.Read', 'Microsoft Graph'],
    ['https://cosmos.azure.com/.default', 'Cosmos DB'],
    ['https://contoso.documents.azure.com/.default', 'Cosmos DB'],
    ['https://servicebus.azure.net/.default', 'Service Bus'],
    ['https://eventhubs.azure.net/.default', 'Event Hubs'],
    ['https://help.westeurope.kusto.windows.net/.default', 'Data Explorer'],
    ['2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default', 'Databricks'],
    ['api://2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default', 'Databricks'],
    ['https://api.loganalytics.io/.default', 'Log Analytics'],
    ['https://contoso.azconfig.io/.default', 'App Configuration'],
    ['https://cognitiveservices.azure.com/.default', 'AI services']
  ])('recognizes %s', (scope, product) => {
    expect(resourceName([scope])).toBe(product);
  });

  it.each(Object.entries(clouds))(
    'recognizes the audiences of %s',
    (_, { audiences, ...cloud }) => {
      expect(
        Object.values(audiences).map(audience => resourceName([`${audience}/.default`]))
      ).toEqual([
        ...['Resource Manager', 'Storage', 'SQL Database', 'AI services', 'Key Vault'],
        ...['Microsoft Graph', 'Data Explorer', 'Power BI', 'PostgreSQL and MySQL']
      ]);
      expect(resourceName([`${cloud.resource_manager_v1_audience}/.default`])).toBe(
        'Resource Manager'
      );
      expect(resourceName([`https://a.dfs.${cloud.storage_suffix}/.default`])).toBe('Storage');
      expect(resourceName([`${cloud.azureml_audience}/.default`])).toBe('Machine Learning');
    }
  );

  it.each([
    [`api://${APP}/.default`, APP],
    [`${APP}/.default`, APP],
    [APP, APP],
    ['https://api.contoso.com/read', 'api.contoso.com'],
    ['https://storage.azure.com.evil.example/.default', 'storage.azure.com.evil.example'],
    ['https://storage.azure.com@evil.example/.default', 'evil.example'],
    ['https://notstorage.azure.com/.default', 'notstorage.azure.com'],
    [`https://${'a'.repeat(60)}.example/.default`, `${'a'.repeat(35)}…`],
    ['<b>\u202eevil</b>/.default', 'bevil'],
    ['/', '?']
  ])('calls %s by its own name', (scope, name) => {
    expect(resourceName([scope])).toBe(name);
  });

  it('has a name for nothing', () => {
    expect(resourceName([])).not.toBe('');
  });
});

describe('requestedResource', () => {
  it.each([
    [undefined, 'Storage'],
    ['fabrikam.com', 'Storage in tenant fabrikam.com'],
    [`${'x'.repeat(60)}.example`, `Storage in tenant ${'x'.repeat(35)}…`]
  ])('with the tenant %s is %s', (tenantId, name) => {
    const request = { scopes: STORAGE, ...(tenantId === undefined ? {} : { tenantId }) };
    expect(requestedResource(request, nullTranslator.load(''))).toBe(name);
  });
});
