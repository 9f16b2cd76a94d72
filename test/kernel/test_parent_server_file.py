"""When the connection file is trusted, and what is sent otherwise: nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyter_azure_auth.connection_file import CONNECTION_VARIABLE, ConnectionFile, write
from jupyter_azure_auth.kernel.protocol import IssuedToken
from jupyter_azure_auth.process_start import process_start
from test.kernel.fake_server import FakeServer, own_process
from test.kernel.parent_server import ask, content, why


def test_a_file_that_is_not_private(
    server: FakeServer, path: Path, environ: dict[str, str]
) -> None:
    write(path, content(server))
    path.chmod(0o644)
    assert why(ask(environ)) == "file_open_to_others"
    path.chmod(0o600)
    path.parent.chmod(0o755)
    assert why(ask(environ)) == "file_open_to_others"
    assert server.asked == []


def test_no_variable_or_no_file(path: Path, environ: dict[str, str]) -> None:
    assert why(ask({})) == "not_offered"
    assert why(ask({CONNECTION_VARIABLE: ""})) == "not_offered"
    assert why(ask({CONNECTION_VARIABLE: path.name})) == "file_malformed"
    assert why(ask(environ)) == "server_gone"


# Situation: process access | another user has replaced the server's file, or a link is in its place
# | a process asks for a token | nothing is sent; the reason says why | restart the server
def test_a_file_of_another_user_and_a_link_in_its_place(
    server: FakeServer, path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = path.with_name("elsewhere.json")
    write(target, content(server))
    path.symlink_to(target)
    assert why(ask(environ)) == "file_malformed"
    path.unlink()
    target.rename(path)
    assert isinstance(ask(environ), IssuedToken)
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert why(ask(environ)) == "file_of_others"
    assert len(server.asked) == 1


# Situation: process access | the server was killed, its file stayed, and its process id belongs to
# a later process that listens at its port, or to one of another host with this home folder | a
# process asks for a token | `server_gone`, nothing is sent | start a server
@pytest.mark.parametrize("which", ["dead", "reused", "another host"])
def test_a_file_whose_process_id_was_reused(
    server: FakeServer, path: Path, environ: dict[str, str], which: str
) -> None:
    started = str(process_start(os.getpid()))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    others: dict[str, dict[str, Any]] = {
        "dead": {"pid": ended.pid},
        "reused": {"started": f"{started}0"},
        "another host": {"started": f"another-boot/{started.rpartition('/')[2]}"},
    }
    write(path, content(server, **others[which]))
    assert why(ask(environ)) == "server_gone"
    assert server.asked == []
    write(path, content(server))
    assert isinstance(ask(environ), IssuedToken)


def test_a_process_that_has_ended_has_no_start_time() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        started = process_start(other.pid)
        assert started == process_start(other.pid)
        assert started not in (None, process_start(os.getpid()))
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert process_start(other.pid) is None, "ended, and its parent does not know yet"
    assert process_start(other.pid) is None


LISTENS = """
import http.server, sys
server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
print(server.server_port, flush=True)
input()
"""


def test_another_process_that_listens_at_the_address(path: Path, environ: dict[str, str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LISTENS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        write(path, ConnectionFile(**own_process(), url=f"http://127.0.0.1:{port}/", key="key"))
        assert why(ask(environ)) == "other_listener"
        other.communicate(b"\n")


def test_a_system_that_does_not_report_which_process_listens(
    server: FakeServer, path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "net_connections", denied)
    write(path, content(server))
    assert why(ask(environ)) == "other_listener"
    assert server.asked == []
