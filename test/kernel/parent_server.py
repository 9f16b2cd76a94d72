"""What the tests of requests to a fake parent server share."""

from __future__ import annotations

from typing import Any

from jupyter_azure_auth._error_catalog import PARENT_SERVER
from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.connection_file import ConnectionFile
from jupyter_azure_auth.kernel.parent_server.client import KernelRef, ask_parent_server
from jupyter_azure_auth.kernel.protocol import IssuedToken
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable
from test.kernel.fake_server import FakeServer, own_process

SCOPE = "https://storage.azure.com/.default"
REQUEST = TokenRequest((SCOPE,), "contoso.com", "AzureCloud", "ada", enable_cae=True, claims="{}")
CALLER = KernelRef("k", "c", "r")


def content(server: FakeServer, **more: Any) -> ConnectionFile:
    url = f"http://127.0.0.1:{server.port}/base/"
    return ConnectionFile(**{**own_process(), "url": url, "key": "key", **more})


def ask(
    environ: dict[str, str], request: TokenRequest = REQUEST
) -> IssuedToken | ServerUnavailable:
    return ask_parent_server(request, "oid.tid", CALLER, environ)


def why(answer: IssuedToken | ServerUnavailable) -> str:
    assert isinstance(answer, ServerUnavailable)
    assert answer.reason in PARENT_SERVER
    return answer.reason
