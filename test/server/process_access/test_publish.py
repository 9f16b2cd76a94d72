"""The connection file that a real server writes for the processes below it."""

from __future__ import annotations

import hashlib
import os
import signal
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from jupyter_client.blocking.client import BlockingKernelClient

from jupyter_azure_auth.az_folder import az_folder
from jupyter_azure_auth.connection_file import (
    CONNECTION_VARIABLE,
    ConnectionFile,
    file_name,
    read,
    write,
)
from jupyter_azure_auth.process_start import process_start
from test.server.process_access.certificate import make_certificate
from test.server.process_access.real_server import RealServer


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RealServer]]:
    started: list[RealServer] = []

    def begin(*arguments: str, home: Path = tmp_path, **environ: str) -> RealServer:
        started.append(RealServer(home, *arguments, **environ))
        return started[-1]

    yield begin
    for server in started:
        server.stop(signal.SIGKILL)


def dead_pid() -> int:
    """Return the id of a process that has just ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_file_for_this_user_alone_as_long_as_the_server_runs(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    stale, no_process, others, alive = (
        runtime / f"azure-auth-{name}.json"
        for name in (dead_pid(), "9999999999", "mine", os.getpid())
    )
    for file in (stale, no_process, others, alive):
        file.write_text("{}")
    killed, elsewhere = dead_pid(), dead_pid()
    start_here = str(process_start(os.getpid()))
    write(runtime / file_name(killed), ConnectionFile(killed, start_here))
    az_folder(runtime, killed).mkdir()
    # A server on another host with the same home folder, which runs.
    write(runtime / file_name(elsewhere), ConnectionFile(elsewhere, f"other/{start_here}"))
    before = os.umask(0)
    try:
        server = start("--ServerApp.base_url=/team a/")
    finally:
        os.umask(before)
    content = server.wrote()
    info = server.info()
    assert content.url == f"http://127.0.0.1:{info['port']}{info['base_url']}"
    assert content.key is not None
    assert len(content.key) >= 43
    assert (content.certificate, content.unreachable) == (None, None)
    assert stat.S_IMODE(server.file.stat().st_mode) == 0o600
    assert [file.exists() for file in (stale, no_process)] == [False, False]
    assert [file.exists() for file in (others, alive)] == [True, True]
    server.stop()
    assert content.key not in server.log
    assert not server.file.exists()
    left = [others, alive, runtime / file_name(elsewhere)]
    assert sorted(runtime.glob("azure-auth-*")) == sorted(left)
    assert start().wrote().key != content.key


def test_a_server_with_tls_publishes_the_fingerprint_of_its_certificate(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    file = make_certificate(tmp_path, "own")
    content = start(f"--certfile={file}", f"--keyfile={file.with_suffix('.key')}").wrote()
    assert content.url is not None
    assert content.url.startswith("https://127.0.0.1:")
    own = ssl.PEM_cert_to_DER_cert(file.read_text())
    assert content.certificate == hashlib.sha256(own).hexdigest()


@pytest.mark.parametrize(
    ("arguments", "unreachable", "said"),
    [
        (["--ServerApp.sock={home}/s"], "unix_socket", "it listens on a unix socket"),
        (
            ["--IdentityProvider.token=x", "--ServerApp.identity_provider_class={people}"],
            "multi_user_server",
            "it has several users",
        ),
    ],
    ids=["unix socket", "people"],
)
def test_a_server_that_cannot_be_asked_says_why(
    start: Callable[..., RealServer],
    tmp_path: Path,
    arguments: list[str],
    unreachable: str,
    said: str,
) -> None:
    names = {
        "home": str(tmp_path),
        "people": "test.server.process_access.test_token_route.NamedUsers",
    }
    server = start(*(argument.format(**names) for argument in arguments))
    content = server.wrote()
    assert (content.unreachable, content.url, content.key) == (unreachable, None, None)
    assert f"while no page is open, because {said}" in server.log


def test_a_jupyterhub_needs_no_key(start: Callable[..., RealServer]) -> None:
    content = start(
        "--ServerApp.identity_provider_class=test.server.process_access.test_token_route.NamedUsers",
        JUPYTERHUB_API_TOKEN="of-the-hub",
    ).wrote()
    assert content.url is not None
    assert (content.key, content.unreachable) == (None, None)


ELSEWHERE = """
import os, tempfile
os.environ.update({})
tempfile.tempdir = None
"""

ASK = """
from pathlib import Path
from jupyter_azure_auth.kernel.parent_server.client import KernelRef, ask_parent_server
from jupyter_azure_auth._models import TokenRequest
request = TokenRequest(("https://storage.azure.com/.default",))
answer = ask_parent_server(request, None, KernelRef("k", "c", "r"))
while answer.reason == "keychain":
    answer = ask_parent_server(request, None, KernelRef("k", "c", "r"))
Path("said").write_text(answer.reason)
"""


def said_to_kernel(server: RealServer, **environ: str) -> str:
    """Return why a kernel of the server gets no token from it, once it has read its keychain."""
    info = server.info()
    headers = {"Authorization": f"token {info['token']}"}
    answer = requests.post(f"{info['url']}api/kernels", json={}, headers=headers, timeout=60)
    client = BlockingKernelClient(
        connection_file=str(server.runtime / f"kernel-{answer.json()['id']}.json")
    )
    client.load_connection_file()
    client.start_channels(iopub=False, stdin=False, hb=False, control=False)
    try:
        body = client.execute(ELSEWHERE.format(environ) + ASK, reply=True, timeout=60)
    finally:
        client.stop_channels()
    assert body["content"]["status"] == "ok", body["content"]
    return (server.runtime.parent / "said").read_text()


# Situation: runtime folder | mode 0777 or 2770 (NFS, PVC, fsGroup) | first token, no page open |
# the parent server's answer, through a folder of the user's own | nothing to do
@pytest.mark.parametrize("mode", [0o777, 0o2770], ids=oct)
@pytest.mark.parametrize("session", [True, False], ids=["XDG_RUNTIME_DIR", "TMPDIR"])
def test_a_runtime_folder_that_is_open_to_others_is_not_used(
    start: Callable[..., RealServer],
    tmp_path: Path,
    mode: int,
    session: bool,  # noqa: FBT001
) -> None:
    runtime, xdg, temp = (tmp_path / name for name in ("runtime", "xdg", "temp"))
    for folder in (runtime, xdg, temp):
        folder.mkdir(mode=0o700)
    runtime.chmod(mode)
    xdg.chmod(0o700 if session else 0o755)
    server = start(XDG_RUNTIME_DIR=str(xdg), TMPDIR=str(temp))
    server.logged("processes find this server through")
    used = xdg if session else temp / f"jupyter-azure-auth-{os.geteuid()}"
    file = used / server.file.name
    assert read(file).url is not None
    assert stat.S_IMODE(used.stat().st_mode) == 0o700
    assert not server.file.exists()
    assert said_to_kernel(server) == "sign_in_required", "no user is: it was asked"
    elsewhere = {"XDG_RUNTIME_DIR": "", "TMPDIR": str(tmp_path)}
    assert said_to_kernel(server, **elsewhere) == "sign_in_required", "by the inherited path"
    elsewhere[CONNECTION_VARIABLE] = ""
    assert said_to_kernel(server, **elsewhere) == "not_offered", "by nothing but the path"
    server.stop()
    assert not file.exists()


# Situation: runtime folder | the kernel has a different one | first token, no page open | the
# parent server's answer, through the path that the kernel inherits | nothing to do
def test_a_kernel_with_another_runtime_folder_finds_its_server(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    outer = tmp_path / "azure-auth-1.json"
    server = start(**{CONNECTION_VARIABLE: str(outer)})
    server.wrote()
    elsewhere = {"JUPYTER_RUNTIME_DIR": str(tmp_path / "elsewhere")}
    assert said_to_kernel(server, **elsewhere) == "sign_in_required", "no user is: it was asked"
    elsewhere[CONNECTION_VARIABLE] = str(outer)
    assert said_to_kernel(server, **elsewhere) == "server_gone", "not by its own search"


# Situation: runtime folder | open to others, and so is each other folder | first token, no page
# open | server_unavailable, never the machine's | chmod 700 one of them, restart the server
def test_a_server_without_a_private_folder_counts_as_unreachable(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    runtime, temp = tmp_path / "runtime", tmp_path / "temp"
    temp.mkdir()
    (temp / f"jupyter-azure-auth-{os.geteuid()}").symlink_to(tmp_path)
    runtime.mkdir()
    runtime.chmod(0o770)
    server = start(TMPDIR=str(temp)).logged("usable folder is private to its user")
    assert server.process.poll() is None
    assert "azure-auth/" not in server.file.read_text()
    assert said_to_kernel(server) == "file_open_to_others"
