/** The first cell of these tests' notebooks. It shows a token's fingerprint, never the token. */
export const CREDENTIAL = `
import hashlib, json, os, threading, time
from pathlib import Path
from jupyter_azure_auth import JupyterCredential

SCOPE = "https://storage.azure.com/.default"
credential = JupyterCredential()

def fingerprint(token):
    return hashlib.sha256(token.token.encode()).hexdigest()[:12]

def work(seconds=0.1):
    threading.Event().wait(seconds)
`;

/** One line: the fingerprint of a token. */
export const FINGERPRINT = 'print("token", fingerprint(credential.get_token(SCOPE)))';

/** What that line looks like. */
export const SOME_TOKEN = /^token [0-9a-f]{12}\s*$/;

/** Asks until long after its first token has expired. Each token contains its own expiry time. */
export const OUTLIVES = `
import base64

def end_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==="))["exp"]

first = end_of(credential.get_token(SCOPE).token)
given, ended = set(), 0
while (asked := time.time()) < first + 8:
    token = credential.get_token(SCOPE).token
    given.add(token)
    ended += end_of(token) <= asked
    work()
print("renewed:", len(given) > 1, "past their end:", ended)
`;

/** Defines `whose()`, which shows the account of the kernel's token, not the token. */
export const WHOSE = `
import base64, json
from jupyter_azure_auth import JupyterCredential
SCOPE = "https://storage.azure.com/.default"
credential = JupyterCredential()
def held():
    return credential.get_token(SCOPE).token
def account_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "==="))["upn"]
def whose():
    print(account_of(held()))
`;

/** After `CREDENTIAL`: the main job, which writes and reads a blob. */
export const WRITE = `
from azure.storage.blob import BlobServiceClient
service = BlobServiceClient(os.environ["STORAGE_ACCOUNT_URL"], credential=credential)
container = service.get_container_client(f"c{time.time_ns()}")
container.create_container()
container.upload_blob("hello.txt", b"written by a cell")
print(container.download_blob("hello.txt").readall().decode())
`;

/** What it prints. */
export const WRITTEN = 'written by a cell';
