"""Credentials in the server's own process, such as those of its extensions."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpserver import HTTPServer

from jupyter_azure_auth import AzureAuthError, AzureAuthUnavailableError, JupyterCredential, aio
from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, read
from jupyter_azure_auth.kernel.attach import tokens
from jupyter_azure_auth.kernel.parent_server import client
from jupyter_azure_auth.kernel.parent_server.in_process import in_process_server
from jupyter_azure_auth.process_start import process_start
from jupyter_azure_auth.server.process_access.publisher import publisher_of
from test.server.browser import OTHER_SCOPE, SCOPE, Browser
from test.server.process_access.conftest import Caller
from test.server.process_access.test_token_route import NamedUsers

INHERITED = "/outer/azure-auth-1.json"


@pytest.fixture(autouse=True)
def inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of an outer server, from whose terminal this one is started."""
    monkeypatch.setenv(CONNECTION_VARIABLE, INHERITED)


@pytest.fixture
def no_http(monkeypatch: pytest.MonkeyPatch) -> None:
    def post(*_: object) -> Any:
        raise AssertionError("sent over HTTP")

    monkeypatch.setattr(client, "post", post)


@pytest.fixture
def publish(
    caller: Caller, no_http: None, http_server: HTTPServer
) -> Iterator[Callable[[], Awaitable[None]]]:
    """Tell the server of its sockets, which are the plugin's in these tests."""
    assert CONNECTION_VARIABLE not in os.environ, "removed before a user is known"
    caller.browser.app._http_server = http_server
    publisher = publisher_of(caller.browser.app.web_app.settings)
    yield publisher.publish_when_listening
    publisher.withdraw()
    tokens.forget_all()


@pytest.fixture
def said() -> Iterator[Callable[[str], str]]:
    """Ask as code in a thread does, and return the token or the code of the error."""

    def ask(scope: str) -> str:
        try:
            return JupyterCredential().get_token(scope).token
        except (AzureAuthError, AzureAuthUnavailableError) as error:
            return error.code

    yield ask
    tokens.forget_all()


async def test_is_answered_from_a_thread_and_in_a_task_without_http(
    publish: Callable[[], Awaitable[None]], browser: Browser, said: Callable[[str], str]
) -> None:
    await publish()
    assert await asyncio.to_thread(said, SCOPE) == "not_signed_in"
    await browser.sign_in(scopes=[SCOPE])
    token = await asyncio.to_thread(said, SCOPE)
    assert token == (await browser.token())[1]["token"]
    tokens.forget_all()
    assert (await aio.JupyterCredential().get_token(SCOPE)).token == token


# Situation: extension of the Jupyter server | calls the blocking credential on the event loop |
# first token | `on_event_loop` at once | await the asynchronous one, or call it in a thread
async def test_on_the_event_loop_it_raises_at_once(
    publish: Callable[[], Awaitable[None]], browser: Browser, said: Callable[[str], str]
) -> None:
    await publish()
    await browser.sign_in(scopes=[OTHER_SCOPE])
    assert said(OTHER_SCOPE) == "on_event_loop"
    assert await asyncio.to_thread(said, OTHER_SCOPE) != "on_event_loop"
    assert said(OTHER_SCOPE) == (await browser.token(OTHER_SCOPE))[1]["token"], "from the cache"


async def test_a_sign_out_ends_it(
    publish: Callable[[], Awaitable[None]], browser: Browser, said: Callable[[str], str]
) -> None:
    await publish()
    file = Path(os.environ[CONNECTION_VARIABLE])
    before = read(file).generation
    await browser.sign_in(scopes=[SCOPE])
    assert read(file).generation == before
    await browser.ask("sign-out")
    assert read(file).generation > before
    assert await asyncio.to_thread(said, SCOPE) == "not_signed_in"


async def test_the_variable_lasts_as_long_as_the_server(
    publish: Callable[[], Awaitable[None]], browser: Browser
) -> None:
    await publish()
    path = Path(os.environ[CONNECTION_VARIABLE])
    assert path.name == f"azure-auth-{os.getpid()}.json"
    content = read(path)
    assert (content.pid, content.started) == (os.getpid(), process_start(os.getpid()))
    assert in_process_server() is not None
    browser.app.http_server.stop()
    assert os.environ[CONNECTION_VARIABLE] == INHERITED
    assert list(path.parent.glob(path.name)) == []
    assert in_process_server() is None


@pytest.mark.parametrize(
    "server_settings", [{"identity_provider_class": NamedUsers}], ids=["several users"]
)
async def test_issues_no_users_token_if_there_are_several_users(
    publish: Callable[[], Awaitable[None]], browser: Browser, said: Callable[[str], str]
) -> None:
    await publish()
    browser.headers = {"X-Person": "ada", "Authorization": "token x"}
    await browser.sign_in(scopes=[SCOPE])
    assert await asyncio.to_thread(said, SCOPE) == "server_unavailable"
