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
