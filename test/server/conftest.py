"""A real Jupyter server with the extension, its token and XSRF check on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import keyring.core
import pytest
import requests
from jupyter_server.serverapp import ServerApp
from keyring.backends import fail
from tornado.httpclient import AsyncHTTPClient
from tornado.websocket import WebSocketClientConnection
from traitlets.config import Config

from jupyter_azure_auth.server import authority_client
from jupyter_azure_auth.server.msal_client import MsalClient
from test.ambient.conftest import host_environment, hosts
from test.ambient.host_environments import NAMES
from test.server.authority import CANARY, Authority
from test.server.browser import Browser
from test.server.fake_keychain import FakeKeychain
from test.server.process_access.event_page import WsFetch

pytest_plugins = ["pytest_jupyter.jupyter_server"]


@pytest.fixture
def jp_asyncio_loop(
    jp_asyncio_loop: asyncio.AbstractEventLoop,
) -> Iterator[asyncio.AbstractEventLoop]:
    """The loop of a server. Before it is closed, its tasks are cancelled, as by asyncio.run.

    Otherwise, asyncio logs an unfinished task as an error when its memory is freed, during a
    later test.
    """
    yield jp_asyncio_loop
    tasks = asyncio.all_tasks(jp_asyncio_loop)
    for task in tasks:
        task.cancel()
    if tasks:  # without any, `gather` needs the thread's loop, which a test may have removed
        jp_asyncio_loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))


@pytest.fixture
def jp_ws_fetch(
    jp_ws_fetch: WsFetch, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[WsFetch]:
    """Open a websocket, which is closed while the server still runs."""
    opened: list[WebSocketClientConnection] = []

    async def fetch(*parts: str, **options: Any) -> WebSocketClientConnection:
        opened.append(await jp_ws_fetch(*parts, **options))
        return opened[-1]

    async def close(socket: WebSocketClientConnection) -> None:
        socket.close()
        while await socket.read_message() is not None:
            """What the test did not read."""

    yield fetch
    for socket in opened:
        jp_asyncio_loop.run_until_complete(close(socket))


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the developer's keychain out of the tests."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def no_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run without an identity of the machine, and without a sign-in of its Azure CLI."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CONFIG_DIR", str(tmp_path / "azure-cli"))
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9")


@pytest.fixture
def keychain(no_keychain: None) -> Iterator[FakeKeychain]:
    """A keychain for one test."""
    fake_keychain = FakeKeychain()
    keyring.set_keyring(fake_keychain)
    yield fake_keychain
    fake_keychain.gate.set()


__all__ = ["host_environment", "hosts"]

CLIENT = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    """The administrator's configuration; tests override it by parametrizing."""
    return {"client_id": CLIENT, "tenant_id": "contoso.com"}


@pytest.fixture
def server_settings() -> dict[str, object]:
    """Further settings of the server itself."""
    return {}


@pytest.fixture
def jp_server_config(azure_auth: dict[str, object], server_settings: dict[str, object]) -> Config:
    return Config(
        {
            "ServerApp": {
                "jpserver_extensions": {"jupyter_azure_auth": True},
                **server_settings,
            },
            "AzureAuth": azure_auth,
        }
    )


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The authority, in place of every connection of MSAL; not those of ambient identities."""
    authority = Authority()
    really = requests.Session.request

    def request(session: requests.Session, method: str, url: str, **kwargs: Any) -> Any:
        ask = really if url.startswith("http://127.0.0.1:") else authority.request
        return ask(session, method, url, **kwargs)

    monkeypatch.setattr(requests.Session, "request", request)
    monkeypatch.setattr(authority_client, "BACKOFF_S", (0, 0, 0))
    return authority


@pytest.fixture
def browser(
    jp_serverapp: ServerApp, http_server_client: AsyncHTTPClient, authority: Authority
) -> Browser:
    return Browser(jp_serverapp, http_server_client, authority)


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Queue[MsalClient]:
    """The clients that have dropped their refresh tokens."""
    forget, clients = MsalClient.forget, Queue[MsalClient]()

    def forget_and_note(client: MsalClient) -> None:
        assert CANARY in client._tokens.serialize()
        forget(client)
        clients.put(client)

    monkeypatch.setattr(MsalClient, "forget", forget_and_note)
    return clients
