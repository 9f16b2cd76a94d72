"""The publisher of the connection file, with a server that is only described."""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.serverapp import ServerApp

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, read
from jupyter_azure_auth.server.process_access import publisher as module
from jupyter_azure_auth.server.process_access.publisher import ConnectionPublisher, publisher_of

Exits = list[Callable[[], None]]


class Listener:
    """The socket of a server."""

    def getsockname(self) -> tuple[str, int]:
        return ("127.0.0.1", 8888)


@pytest.fixture
def exits(monkeypatch: pytest.MonkeyPatch) -> Exits:
    """What would be called when the process ends."""
    registered: Exits = []
    monkeypatch.setattr(atexit, "register", registered.append)
    return registered


@pytest.fixture
def app(tmp_path: Path, exits: Exits, monkeypatch: pytest.MonkeyPatch) -> ServerApp:
    monkeypatch.setenv(CONNECTION_VARIABLE, "of an outer server")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    http_server = SimpleNamespace(_sockets={1: Listener()}, ssl_options=None, stop=lambda: None)
    made: Any = SimpleNamespace(
        web_app=SimpleNamespace(settings={}),
        http_server=http_server,
        runtime_dir=str(runtime),
        identity_provider=IdentityProvider(),
        base_url="/",
        log=logging.getLogger("publisher"),
    )
    return cast("ServerApp", made)


def published(app: ServerApp) -> ConnectionPublisher:
    publisher = ConnectionPublisher(app, "the-key", lambda: False)
    asyncio.run(publisher.publish_when_listening())
    return publisher


def file_of(app: ServerApp) -> Path:
    return Path(app.runtime_dir) / f"azure-auth-{os.getpid()}.json"


def test_the_variable_leads_to_the_file_until_the_server_stops(
    app: ServerApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ends: list[str] = []
    monkeypatch.setattr(app.http_server, "stop", lambda: ends.append("stopped"))
    publisher = ConnectionPublisher(app, "the-key", lambda: False)
    publisher.on_publish = lambda: lambda: ends.append("told")
    assert CONNECTION_VARIABLE not in os.environ
    folder_before = publisher.private_folder
    asyncio.run(publisher.publish_when_listening())
    assert os.environ[CONNECTION_VARIABLE] == str(file_of(app))
    assert (folder_before, publisher.private_folder) == (None, Path(app.runtime_dir))
    content = read(file_of(app))
    assert (content.url, content.key) == ("http://127.0.0.1:8888/", "the-key")
    assert publisher_of(app.web_app.settings) is publisher
    assert caplog.text == "", "a private folder was found"
    app.http_server.stop()
    app.http_server.stop()
    assert ends == ["told", "stopped", "stopped"]
    assert not file_of(app).exists()
    assert os.environ[CONNECTION_VARIABLE] == "of an outer server"


@pytest.mark.parametrize(
    ("facts", "unreachable", "key"),
    [
        ("", None, "the-key"),
        ("shared", "multi_user_server", None),
        ("people", "multi_user_server", None),
        ("people hub", None, None),
        ("people hub shared", "multi_user_server", None),
    ],
)
def test_a_server_with_several_users_writes_no_key(
    app: ServerApp, monkeypatch: pytest.MonkeyPatch, facts: str, unreachable: str, key: str
) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-hub" if "hub" in facts else "")
    monkeypatch.setattr(module, "has_distinct_users", lambda _: "people" in facts)
    publisher = ConnectionPublisher(app, "the-key", lambda: "shared" in facts)
    asyncio.run(publisher.publish_when_listening())
    content = read(file_of(app))
    assert (content.unreachable, content.key) == (unreachable, key)
    assert (content.url is None) == (unreachable is not None)
    assert (publisher.private_folder is None) == (unreachable is not None)


def test_a_process_that_ends_without_stopping_its_server_leaves_no_file(
    app: ServerApp, exits: Exits
) -> None:
    published(app)
    [at_exit] = exits
    at_exit()
    assert not file_of(app).exists()


def test_a_forked_child_does_not_remove_the_file(
    app: ServerApp, exits: Exits, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = file_of(app)
    published(app)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    exits[0]()
    assert file.exists()


def test_a_variable_that_was_set_in_the_meantime_stays(app: ServerApp) -> None:
    publisher = published(app)
    os.environ[CONNECTION_VARIABLE] = "of another server"
    publisher.withdraw()
    assert os.environ[CONNECTION_VARIABLE] == "of another server"


def test_a_sign_out_raises_the_generation(
    app: ServerApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    publisher = ConnectionPublisher(app, "the-key", lambda: False)
    publisher.raise_generation()
    assert not file_of(app).exists()
    asyncio.run(publisher.publish_when_listening())
    before = read(file_of(app)).generation
    publisher.raise_generation()
    assert read(file_of(app)).generation == before + 1

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(module, "write", full)
    publisher.raise_generation()
    assert "cannot be told of the sign-out" in caplog.text
    publisher.withdraw()
    caplog.clear()
    publisher.raise_generation()
    assert caplog.text == "", "there is no file to write any more"


def test_waits_for_a_server_that_listens_later(
    app: ServerApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets, http_server = app.http_server._sockets, app.http_server
    monkeypatch.setattr(http_server, "_sockets", {})
    monkeypatch.setattr(module, "LISTEN_CHECK_S", 0)
    monkeypatch.setattr(module, "LISTEN_TIMEOUT_S", 60)
    publisher = ConnectionPublisher(app, "the-key", lambda: False)

    async def listens_later() -> None:
        publishing = asyncio.create_task(publisher.publish_when_listening())
        await asyncio.sleep(0)
        assert not file_of(app).exists()
        http_server._sockets = sockets
        await publishing

    asyncio.run(listens_later())
    assert file_of(app).exists()


def test_stops_waiting_for_a_server_that_never_listens(
    app: ServerApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(app, "http_server", None)
    monkeypatch.setattr(module, "LISTEN_TIMEOUT_S", -1)
    publisher = published(app)
    assert "it does not listen itself" in caplog.text
    assert list(Path(app.runtime_dir).iterdir()) == []
    publisher.withdraw()
