"""Where the command line looks for the connection file of a server that it has found."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_azure_auth.cli import running_servers
from jupyter_azure_auth.connection_file import ConnectionFile, file_name, read, write
from jupyter_azure_auth.process_start import process_start

PID = os.getpid()


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Jupyter's runtime folder, the only place with a file of a server."""
    folder = tmp_path / "runtime"
    for one in (folder, tmp_path / "temporary"):
        one.mkdir(mode=0o700)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    return folder


@pytest.fixture
def port() -> Iterator[int]:
    """Where this process listens, as a server does."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def connection(folder: Path) -> Path:
    path = folder / file_name(PID)
    write(path, ConnectionFile(PID, process_start(PID) or "", "http://127.0.0.1:1/", "key"))
    return path


@pytest.mark.parametrize("environ", [{}, {"XDG_RUNTIME_DIR": ""}, {"XDG_RUNTIME_DIR": "."}])
def test_the_current_folder_is_not_searched(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    repository = tmp_path / "repository"
    repository.mkdir(mode=0o700)
    connection(repository)
    monkeypatch.chdir(repository)
    assert running_servers.connection_path(PID, environ) is None
    session = {"XDG_RUNTIME_DIR": str(repository)}
    assert running_servers.connection_path(PID, session) == repository / file_name(PID)


def test_a_server_that_stops_in_the_meantime_is_no_error(
    runtime: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = connection(runtime)
    info = {"pid": PID, "url": f"http://localhost:{port}/", "port": port, "token": ""}
    (runtime / f"jpserver-{PID}.json").write_text(json.dumps(info))

    def read_and_stop(one: Path) -> ConnectionFile:
        file = read(one)
        path.unlink()
        return file

    monkeypatch.setattr(running_servers, "read", read_and_stop)
    [server] = running_servers.running_servers({})
    assert server.address is not None
    assert server.address.headers == {"X-Azure-Auth-Key": "key"}


@pytest.mark.parametrize("pid", [-1, 10**12])
def test_a_file_with_an_impossible_process_id_is_ignored(runtime: Path, pid: int) -> None:
    (runtime / "jpserver-1.json").write_text(json.dumps({"pid": pid, "port": 1}))
    assert running_servers.running_servers({}) == []
