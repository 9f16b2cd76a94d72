/** For kernels: comm messages as they are on the wire, with any content. */
export const RAW = `
import json, uuid
from pathlib import Path

kernel = get_ipython().kernel

def send(data, comm_id=None, session=None, message="comm_open", **content):
    """Send as the cell that runs, or as a cell of another client."""
    parent = kernel.get_parent()
    if session is not None:
        parent = {**parent, "header": {**parent["header"], "session": session}}
    content = {"comm_id": comm_id or uuid.uuid4().hex, "data": data, **content}
    content.setdefault("target_name", "jupyter-azure-auth")
    kernel.session.send(kernel.iopub_socket, message, content, parent=parent, ident=b"comm")

def request(**fields):
    """What a well-behaved kernel would ask, except for these fields."""
    scopes = ["https://storage.azure.com/.default"]
    wire = {"version": 1, "kind": "token", "request_id": uuid.uuid4().hex, "scopes": scopes}
    return {**wire, **fields}
`;

/** Runs if a browser takes it for markup. */
export const MARKUP = '<img/src=x/onerror=window.hacked=1>';

/** The same as a valid file name: no slashes. */
export const MARKUP_NAME = '<img src=x onerror=window.hacked=1>.ipynb';
