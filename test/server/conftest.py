"""A real Jupyter server with the extension, its token and XSRF check on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keyring.core
import pytest
import requests
from jupyter_server.serverapp import ServerApp
from keyring.backends import fail
from tornado.httpclient import AsyncHTTPClient
from traitlets.config import Config

from test.server.authority import Authority
from test.server.browser import Browser
from test.server.shelf import Shelf

pytest_plugins = ["pytest_jupyter.jupyter_server"]


@pytest.fixture(autouse=True)
def no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests keeps theirs."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", fail.Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture
def keychain(no_keychain: None) -> Iterator[Shelf]:
    """A keychain of the tests' own."""
    shelf = Shelf()
    keyring.set_keyring(shelf)
    yield shelf
    shelf.gate.set()


CLIENT = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def azure_auth() -> dict[str, object]:
    """What the administrator configured; tests override it by parametrizing."""
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
    """The authority, in place of every connection that MSAL would open."""
    authority = Authority()

    def request(session: requests.Session, method: str, url: str, **kwargs: Any) -> Any:
        return authority.request(session, method, url, **kwargs)

    monkeypatch.setattr(requests.Session, "request", request)
    return authority


@pytest.fixture
def browser(
    jp_serverapp: ServerApp, http_server_client: AsyncHTTPClient, authority: Authority
) -> Browser:
    return Browser(jp_serverapp, http_server_client, authority)
