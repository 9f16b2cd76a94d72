/** Generated from `jupyter_azure_auth/clouds.json` by `npm run generate`. */

/** Clouds by the names of the Azure CLI, the default first, with the hosts of their authorities. */
export const LOGIN_HOSTS: ReadonlyMap<string, string> = new Map([
  ['AzureCloud', 'login.microsoftonline.com'],
  ['AzureChinaCloud', 'login.chinacloudapi.cn'],
  ['AzureUSGovernment', 'login.microsoftonline.us']
]);

/** Last parts of the addresses of storage accounts. */
export const STORAGE_SUFFIXES = [
  'core.windows.net',
  'core.chinacloudapi.cn',
  'core.usgovcloudapi.net'
];

/** Hosts of Resource Manager, by cloud. */
export const RESOURCE_MANAGERS = [
  'management.azure.com',
  'management.chinacloudapi.cn',
  'management.usgovcloudapi.net'
];

/** Hosts of resources in all clouds, by the short names of the Python package. */
export const RESOURCE_HOSTS = {
  arm: [
    'management.azure.com',
    'management.chinacloudapi.cn',
    'management.core.usgovcloudapi.net',
    'management.core.windows.net',
    'management.core.chinacloudapi.cn',
    'management.usgovcloudapi.net'
  ],
  storage: ['storage.azure.com'],
  sql: ['database.windows.net', 'database.chinacloudapi.cn', 'database.usgovcloudapi.net'],
  openai: [
    'cognitiveservices.azure.com',
    'cognitiveservices.azure.cn',
    'cognitiveservices.azure.us'
  ],
  keyvault: ['vault.azure.net', 'vault.azure.cn', 'vault.usgovcloudapi.net'],
  graph: ['graph.microsoft.com', 'microsoftgraph.chinacloudapi.cn', 'graph.microsoft.us'],
  kusto: [
    'kusto.kusto.windows.net',
    'kusto.kusto.chinacloudapi.cn',
    'kusto.kusto.usgovcloudapi.net'
  ],
  pbi: ['analysis.windows.net', 'analysis.chinacloudapi.cn', 'high.analysis.usgovcloudapi.net'],
  postgresql: [
    'ossrdbms-aad.database.windows.net',
    'ossrdbms-aad.database.chinacloudapi.cn',
    'ossrdbms-aad.database.usgovcloudapi.net'
  ],
  azureml: ['ml.azure.com', 'ml.azure.cn', 'ml.azure.us']
};
