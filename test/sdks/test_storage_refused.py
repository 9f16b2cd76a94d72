"""Real storage clients and a user who clicks "Not now", on a real kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from test.kernel.notebook import Message, Notebook, error_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SETUP = """
%load_ext jupyter_azure_auth.identity
import time
import azure.identity.aio
import adlfs, azure.storage.blob.aio, azure.storage.filedatalake.aio
import azure.storage.fileshare.aio, azure.storage.queue.aio
from azure.storage import blob, filedatalake, fileshare, queue
from jupyter_azure_auth import JupyterCredential, aio

def url(service):
    return f"https://account.{service}.core.windows.net"
"""

SYNC = {
    "blob": "blob.BlobServiceClient(url('blob'), {}).get_account_information()",
    "queue": "queue.QueueServiceClient(url('queue'), {}).get_service_properties()",
    "file share": "fileshare.ShareServiceClient(url('file'), {}, token_intent='backup')"
    ".get_service_properties()",
    "data lake": "list(filedatalake.DataLakeServiceClient(url('dfs'), {}).list_file_systems())",
    "data lake file": "filedatalake.DataLakeFileClient(url('dfs'), 'c', 'f', credential={})"
    ".get_file_properties()",
}
CALLS = {
    **{name: call.format("JupyterCredential()") for name, call in SYNC.items()},
    "blob, async": "await blob.aio.BlobServiceClient(url('blob'), aio.JupyterCredential())"
    ".get_account_information()",
    "queue, async": "await queue.aio.QueueServiceClient(url('queue'), aio.JupyterCredential())"
    ".get_service_properties()",
    "file share, async": "await fileshare.aio.ShareServiceClient(url('file'), "
    "aio.JupyterCredential(), token_intent='backup').get_service_properties()",
    "data lake, async": "await filedatalake.aio.FileSystemClient(url('dfs'), 'c', "
    "aio.JupyterCredential()).get_file_system_properties()",
    "blob, default": SYNC["blob"].format("azure.identity.DefaultAzureCredential()"),
    "blob, default, async": "await blob.aio.BlobServiceClient(url('blob'), "
    "azure.identity.aio.DefaultAzureCredential()).get_account_information()",
    "adlfs": "adlfs.AzureBlobFileSystem(account_name='account', "
    "credential=aio.JupyterCredential()).ls('container')",
}


# A client that keeps asking takes 82 s; a busy machine needs a few.
RETRIES_S = 30


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    notebook = Notebook(tmp_path_factory.mktemp("home"))
    notebook.idle(notebook.run(SETUP), 60)
    yield notebook
    notebook.shut_down()


def refuse(notebook: Notebook, cell: str, code: str = "denied") -> tuple[float, list[Message]]:
    """Answer as a page whose user always clicks "Not now".

    :returns: seconds from the first click to the end of the cell, and the cell's messages.
    """
    while True:
        message = notebook.wait_for(
            lambda m: (
                (m["msg_type"] == "comm_open" and m["content"]["data"].get("kind") == "token")
                or (m["msg_type"] == "error" and m["parent_header"].get("msg_id") == cell)
            ),
            120,
        )
        if message["msg_type"] == "error":
            opened = [m for m in notebook.seen if m["msg_type"] == "comm_open"]
            took = message["header"]["date"] - opened[0]["header"]["date"]
            return took.total_seconds(), notebook.idle(cell)
        notebook.send(message["content"]["comm_id"], error_of(message, code))


# Situation: storage clients (blob, queue, file share, data lake; sync, async, adlfs) | the user
# clicks Not now | in a cell | the error `denied`, one prompt, within 2 s | run the cell again
@pytest.mark.parametrize("name", CALLS)
def test_no_storage_client_asks_twice(kernel: Notebook, name: str) -> None:
    kernel.seen.clear()
    seconds, messages = refuse(kernel, kernel.run(CALLS[name]))
    [error] = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert "[denied]" in error["evalue"]
    assert "shared key" not in error["evalue"]
    assert seconds < RETRIES_S
    assert kernel.kinds_asked() == ["token"]


# Situation: storage client | the page is not configured, or busy | in a cell | the error
# `unavailable`, one request, within 2 s | configure the sign-in, or run the cell again
@pytest.mark.parametrize("name", ["blob", "queue, async"])
def test_a_storage_client_asks_an_unavailable_page_once(kernel: Notebook, name: str) -> None:
    kernel.seen.clear()
    seconds, messages = refuse(kernel, kernel.run(CALLS[name]), "unavailable")
    [error] = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert error["ename"] == "AzureAuthUnavailableError"
    assert seconds < RETRIES_S
    assert kernel.kinds_asked() == ["token"]


def test_a_traceback_has_the_frames_of_the_cell_only(kernel: Notebook) -> None:
    kernel.seen.clear()
    _, messages = refuse(kernel, kernel.run(CALLS["blob"]))
    [error] = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert error["ename"] == "AzureAuthError"
    shown = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"]))
    assert "site-packages" not in shown
    assert "jupyter_azure_auth" not in shown
    assert "get_account_information" in shown
    assert len(shown.splitlines()) < 10
