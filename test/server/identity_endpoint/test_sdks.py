"""Unmodified SDKs of several languages at the listener of the identity endpoint."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from jupyter_azure_auth._models import Account
from jupyter_azure_auth.endpoint_variables import ENDPOINT_VARIABLES
from jupyter_azure_auth.server.identity_endpoint.contract import (
    EndpointError,
    EndpointRequest,
    token_to_wire,
)
from jupyter_azure_auth.server.identity_endpoint.listener import Listener
from jupyter_azure_auth.server.models import IssuedToken

ROOT = Path(__file__).parents[3]
NODE = shutil.which("node") or "node"
SCOPE = "https://storage.azure.com/.default"
REFUSAL = "You are not signed in to Azure on this Jupyter server."

PROGRAMS = {
    "azure-identity": [
        *(sys.executable, "-c"),
        f"""
from azure.identity import DefaultAzureCredential
try: print(DefaultAzureCredential().get_token("{SCOPE}").token)
except Exception as error: print(error)""",
    ],
    "@azure/identity": [
        *(NODE, "--input-type=module", "-e"),
        f"""
import {{ DefaultAzureCredential }} from '@azure/identity';
try {{ console.log((await new DefaultAzureCredential().getToken('{SCOPE}')).token); }}
catch (error) {{ console.log(String(error.message), JSON.stringify(error.errors ?? [])); }}""",
    ],
    "obstore": [
        *(sys.executable, "-c"),
        """
import os
from obstore.store import AzureStore
store = AzureStore("c", account_name="a", endpoint=os.environ["BLOBS"] + "/a",
                   client_options={"allow_http": True}, retry_config={"max_retries": 0})
try: print(bytes(store.get("b").bytes()).decode())
except Exception as error: print(error)""",
    ],
}


class Blobs(RequestHandler):
    """A blob service that answers with the token it got."""

    def get(self, _path: str) -> None:
        self.set_header("Last-Modified", "Sat, 28 Nov 2026 15:00:00 GMT")
        self.write(self.request.headers["Authorization"].removeprefix("Bearer "))


async def run(program: list[str], issue: Any) -> str:
    """Run a program beside the listener, and return its output."""
    listener = Listener(issue)
    [socket] = bind_sockets(0, "127.0.0.1")
    blobs = HTTPServer(Application([("(/.*)", Blobs)], log_function=lambda _: None))
    blobs.add_sockets([socket])
    values = (listener.url, "the-secret", listener.url)
    steering = ("AZURE_", "IDENTITY_", "MSI_", "HTTP", "http")
    environ = {name: v for name, v in os.environ.items() if not name.startswith(steering)}
    process = await asyncio.create_subprocess_exec(
        *program,
        cwd=ROOT,
        env={
            **environ,
            **dict(zip(ENDPOINT_VARIABLES, values, strict=True)),
            "AZURE_CONFIG_DIR": "/nowhere",
            "BLOBS": f"http://127.0.0.1:{socket.getsockname()[1]}",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    listener.close()
    blobs.stop()
    return output.decode().strip()


if sys.version_info < (3, 11):
    del PROGRAMS["obstore"]  # has no release for this Python


@pytest.mark.parametrize("program", PROGRAMS)
def test_reads_the_token_and_the_refusal(program: str) -> None:
    requests: list[EndpointRequest] = []

    async def issue(request: EndpointRequest) -> dict[str, str]:
        requests.append(request)
        account = Account("o.t", "Ada", "ada@contoso.com", "t")
        return token_to_wire(IssuedToken("the-token", "Bearer", 2**40, None, account), SCOPE)

    async def refuse(_request: EndpointRequest) -> dict[str, str]:
        raise EndpointError(REFUSAL)

    assert asyncio.run(run(PROGRAMS[program], issue)) == "the-token"
    assert requests == [EndpointRequest(SCOPE, "the-secret")]
    assert REFUSAL in asyncio.run(run(PROGRAMS[program], refuse))
