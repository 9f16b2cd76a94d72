"""What a real server leaves for its kernels in Jupyter's runtime folder."""

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

from test.server.door.certificate import make_certificate
from test.server.door.real_server import RealServer


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
    """A number that was a process's a moment ago."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_a_file_for_this_user_alone_as_long_as_the_server_runs(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    stale, others, alive = (
        runtime / f"azure-auth-{name}.json" for name in (dead_pid(), "mine", os.getpid())
    )
    for file in (stale, others, alive):
        file.write_text("{}")
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
    assert (content.certificate, content.closed) == (None, None)
    assert stat.S_IMODE(server.file.stat().st_mode) == 0o600
    assert [file.exists() for file in (stale, others, alive)] == [False, True, True]
    server.stop()
    assert content.key not in server.log
    assert not server.file.exists()
    assert sorted(runtime.glob("azure-auth-*")) == sorted([others, alive])
    assert start().wrote().key != content.key


def test_a_server_with_tls_leaves_the_fingerprint_of_its_certificate(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    file = make_certificate(tmp_path, "own")
    content = start(f"--certfile={file}", f"--keyfile={file.with_suffix('.key')}").wrote()
    assert content.url is not None
    assert content.url.startswith("https://127.0.0.1:")
    own = ssl.PEM_cert_to_DER_cert(file.read_text())
    assert content.certificate == hashlib.sha256(own).hexdigest()


@pytest.mark.parametrize(
    ("arguments", "closed", "said"),
    [
        (["--ServerApp.sock={home}/s"], "unix_socket", "it listens on a unix socket"),
        (
            ["--IdentityProvider.token=x", "--ServerApp.identity_provider_class={people}"],
            "several_people",
            "it tells people apart",
        ),
    ],
    ids=["unix socket", "people"],
)
def test_a_server_that_cannot_be_asked_says_why(
    start: Callable[..., RealServer], tmp_path: Path, arguments: list[str], closed: str, said: str
) -> None:
    names = {"home": str(tmp_path), "people": "test.server.door.test_route.People"}
    server = start(*(argument.format(**names) for argument in arguments))
    content = server.wrote()
    assert (content.closed, content.url, content.key) == (closed, None, None)
    assert f"once no page is open, because {said}" in server.log


def test_a_jupyterhub_needs_no_key(start: Callable[..., RealServer]) -> None:
    content = start(
        "--ServerApp.identity_provider_class=test.server.door.test_route.People",
        JUPYTERHUB_API_TOKEN="of-the-hub",
    ).wrote()
    assert content.url is not None
    assert (content.key, content.closed) == (None, None)


def test_a_folder_that_is_open_to_others_gets_no_file(
    start: Callable[..., RealServer], tmp_path: Path
) -> None:
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    runtime.chmod(0o770)
    server = start().logged("Jupyter's runtime folder cannot be used (others have access to it)")
    assert list(runtime.glob("azure-auth-*")) == []
    assert server.process.poll() is None
