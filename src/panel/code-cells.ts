import { RESOURCE_HOSTS, STORAGE_SUFFIXES } from '../auth/clouds';
import { CLOUDS, type IAzureResource } from './resource-manager';

/** A cell that works once its placeholders in angle brackets are replaced. */
export interface ICodeCell {
  readonly product: string;
  readonly code: string;
  /** Of the resources that fill it, as Resource Manager names it. */
  readonly type: string;
}

/** @param cloud - Index in `CLOUDS`. */
export const codeCells = (cloud: number): readonly ICodeCell[] => [
  {
    product: 'Blob Storage',
    type: 'Microsoft.Storage/storageAccounts',
    code: `from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential

blobs = BlobServiceClient("https://<account>.blob.${STORAGE_SUFFIXES[cloud]}", JupyterCredential())
[container.name for container in blobs.list_containers()]`
  },
  {
    product: 'Key Vault',
    type: 'Microsoft.KeyVault/vaults',
    code: `from azure.keyvault.secrets import SecretClient
from jupyter_azure_auth import JupyterCredential

vault = SecretClient("https://<vault>.${RESOURCE_HOSTS.keyvault[cloud]}", JupyterCredential())
[secret.name for secret in vault.list_properties_of_secrets()]`
  },
  {
    product: 'Machine Learning',
    type: 'Microsoft.MachineLearningServices/workspaces',
    code: `from azure.ai.ml import MLClient
from jupyter_azure_auth import JupyterCredential

client = MLClient(
    JupyterCredential(), "<subscription id>", "<resource group>", "<workspace>"${
      cloud === 0 ? '' : `, cloud="${CLOUDS[cloud]}"`
    }
)
[compute.name for compute in client.compute.list()]`
  },
  {
    product: 'SQL Database',
    type: 'Microsoft.Sql/servers/databases',
    code: `import pyodbc
from jupyter_azure_auth import odbc_attributes

server = "Server=<server>.${RESOURCE_HOSTS.sql[cloud]};Database=<database>;Encrypt=yes"
driver = "Driver={ODBC Driver 18 for SQL Server}"
connection = pyodbc.connect(f"{driver};{server}", attrs_before=odbc_attributes())
connection.execute("SELECT SUSER_SNAME()").fetchval()`
  },
  {
    product: 'OpenAI',
    type: 'Microsoft.CognitiveServices/accounts',
    code: `from openai import OpenAI
from jupyter_azure_auth import bearer_token_provider

client = OpenAI(
    base_url="https://<resource>.${openAiHost(cloud)}/openai/v1/",
    api_key=bearer_token_provider("openai"),
)
[model.id for model in client.models.list()]`
  }
];

/** Return the code with the names of a resource in place of its placeholders. */
export function filled(
  code: string,
  subscription: string,
  { name, group }: IAzureResource
): string {
  const [parent = '', child = ''] = name.split('/');
  const values: Readonly<Record<string, string>> = {
    ...{ account: name, vault: name, resource: name, workspace: name },
    ...{ server: parent, database: child },
    ...{ 'subscription id': subscription, 'resource group': group }
  };
  return code.replace(/<([\w ]+)>/g, (placeholder, what: string) => values[what] ?? placeholder);
}

function openAiHost(cloud: number): string {
  return (RESOURCE_HOSTS.openai[cloud] ?? '').replace('cognitiveservices', 'openai');
}
