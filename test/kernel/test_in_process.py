"""A credential in the Jupyter server's own process, with a server that is slow."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from jupyter_azure_auth._models import TokenRequest
from jupyter_azure_auth.kernel.parent_server import client
from jupyter_azure_auth.kernel.parent_server.in_process import (
    InProcessServer,
    add_server,
    remove_server,
)
from jupyter_azure_auth.kernel.request_flow import ServerUnavailable

pytestmark = pytest.mark.asyncio


async def test_a_slow_server_is_reported_as_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before Python 3.11, the timeout of a future was no ``TimeoutError``."""

    async def never(_: Mapping[str, Any]) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(client, "READ_TIMEOUT_S", 0.01)
    request, server = TokenRequest(("https://storage.azure.com/.default",)), InProcessServer(never)
    add_server(server)
    try:
        answer = await asyncio.to_thread(client.ask_parent_server, request, None, None)
    finally:
        remove_server(server)
    assert answer == ServerUnavailable("no_answer")
