"""The line below the traceback of a request that Azure refused, in a real kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from test.kernel.notebook import CANARY

if TYPE_CHECKING:
    from test.kernel.notebook import Message, Notebook

CLIENT = """
import io, os, requests, urllib3
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobServiceClient
class Refusing(requests.adapters.HTTPAdapter):
    def send(self, request, *_, **__):
        headers = {"x-ms-error-code": "AuthorizationPermissionMismatch"}
        raw = urllib3.HTTPResponse(io.BytesIO(b""), headers, 403, preload_content=False)
        return self.build_response(request, raw)
session = requests.Session()
session.mount("https://", Refusing())
client = BlobServiceClient("https://contoso.blob.core.windows.net", credential,
    transport=RequestsTransport(session=session, session_owner=False))
"""
ASK = "client.get_service_properties()"
LINE = (
    "Azure: ada@example.com needs the role “Storage Blob Data Reader” on the storage account "
    "contoso. An owner, or another user who can assign roles there, can grant it in the Azure "
    "portal under Access control (IAM).\n"
)


def test_the_line_follows_the_unchanged_error_unless_it_is_off(notebook: Notebook) -> None:
    """The line is an output of the cell, after the traceback."""
    notebook.idle(notebook.run(CLIENT))
    cell = notebook.run(ASK)
    notebook.give(notebook.asked())
    messages = notebook.idle(cell)
    shown = [m for m in messages if m["msg_type"] in ("error", "stream")]
    assert [m["msg_type"] for m in shown][:2] == ["error", "stream"]
    assert shown[0]["content"]["ename"] == "HttpResponseError"
    assert "needs the role" not in str(shown[0]["content"])
    assert printed(messages) == LINE
    assert CANARY not in str(messages)

    off = notebook.run(f"os.environ['JUPYTER_AZURE_AUTH_EXPLAIN_403'] = '0'\n{ASK}")
    assert printed(notebook.idle(off)) == ""
    again = notebook.run(f"del os.environ['JUPYTER_AZURE_AUTH_EXPLAIN_403']\n{ASK}")
    assert printed(notebook.idle(again)) == LINE


def printed(messages: list[Message]) -> str:
    """Return all text that the kernel has printed, in however many messages."""
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream")
