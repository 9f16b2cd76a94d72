"""A Jupyter server for one benchmark, and requests to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from test.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOKEN: Final = "of-the-benchmark"

_LOGIN: Final = {"Authorization": f"token {TOKEN}"}


@contextmanager
def hanging() -> Iterator[str]:
    """Accept connections without ever answering."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def server(
    home: str, environ: Mapping[str, str], *, extension: bool = True
) -> Iterator[tuple[str, float]]:
    """Start a server; yields its address and the milliseconds until its first answer.

    :param home: folder for its configuration, and its user's home.
    :param environ: environment variables in addition to those of this process.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    config = Path(home) / "config.json"
    traits = {"ServerApp": {"jpserver_extensions": {"jupyter_azure_auth": extension}}}
    config.write_text(json.dumps(traits))
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        *(f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"),
        f"--config={config}",
    ]
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (the server of this environment)
        command,
        env={**os.environ, "HOME": home, **environ},
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(f"{url}api"):
            if process.poll() is not None:
                raise RuntimeError("The server ended before it answered.")
        yield url, (time.perf_counter() - begun) * 1000
    finally:
        process.kill()
        process.wait()


def answers(url: str) -> bool:
    """Send one request."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310 (loopback)
            return True
    except (URLError, OSError):
        return False


def get(url: str, path: str) -> float:
    """Return the milliseconds of a request to Jupyter itself."""
    return _timed(Request(f"{url}{path}", headers=_LOGIN))  # noqa: S310 (loopback)


def post(url: str, route: str, fields: Mapping[str, Any] | None = None) -> float:
    """Return the milliseconds of a request to a route of the extension, with any answer."""
    headers = {**_LOGIN, "Content-Type": "application/json"}
    body = json.dumps(fields or {}).encode()
    return _timed(Request(f"{url}azure-auth/{route}", body, headers))  # noqa: S310 (loopback)


def _timed(request: Request) -> float:
    begun = time.perf_counter()
    try:
        with urlopen(request, timeout=60):  # noqa: S310
            pass
    except HTTPError:
        pass
    return (time.perf_counter() - begun) * 1000
