/** A cell that writes a blob and prints its identity, and the identities of the tests' machines. */

export const WRITE = `
import base64, json, os, time
from azure.storage.blob import BlobServiceClient
from jupyter_azure_auth import JupyterCredential
credential = JupyterCredential()
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=credential)
container = service.get_container_client(f"c{time.time_ns()}")
container.create_container()
container.upload_blob("hello.txt", b"written")
body = credential.get_token("https://storage.azure.com/.default").token.split(".")[1]
whose = json.loads(base64.urlsafe_b64decode(body + "=="))["oid"]
print(container.download_blob("hello.txt").readall().decode(), "by", whose)
`;

export const ALICE = { name: 'alice@contoso.com', oid: 'a11ce000-aaaa-4aaa-8aaa-000000000001' };
export const VM = { name: 'vm-of-the-lab', oid: '5e1f0000-aaaa-4aaa-8aaa-000000000001' };
export const ASSIGNED = {
  name: 'identity-of-the-lab',
  oid: 'a551900d-aaaa-4aaa-8aaa-000000000002'
};
