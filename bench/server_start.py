"""Prints as JSON what the extension costs a server on a machine whose metadata service hangs.

In milliseconds: the start up to the first answer, without the extension and with it, and, meanwhile
asked for an identity that does not come, the answer of the route that pages ask first.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS: Final = 5
TOKEN: Final = "of-the-benchmark"


@contextmanager
def hanging() -> Iterator[str]:
    """Take connections, and never answer on them."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def free_port() -> int:
    """Find one that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def server(metadata: str, home: str, *, extension: bool) -> Iterator[tuple[str, float]]:
    """Start one; hands out its address and how long it took."""
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
    environ = {**os.environ, "HOME": home, "AZURE_POD_IDENTITY_AUTHORITY_HOST": metadata}
    begun = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 (the server of this environment)
        command, env=environ, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
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
    """Ask once."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310 (loopback)
            return True
    except (URLError, OSError):
        return False


def post(url: str, route: str) -> float:
    """Ask a route of ours, and say how many milliseconds that took."""
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    request = Request(f"{url}azure-auth/{route}", b"{}", headers)  # noqa: S310 (loopback)
    begun = time.perf_counter()
    with urlopen(request, timeout=5):  # noqa: S310
        pass
    return (time.perf_counter() - begun) * 1000


def measure() -> dict[str, float]:
    """Return medians."""
    samples: dict[str, list[float]] = {"without": [], "with": [], "route": []}
    with hanging() as metadata, tempfile.TemporaryDirectory() as home:
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(home) / "bytecode")
        for turn in range(ROUNDS + 1):
            with server(metadata, home, extension=False) as (_, without):
                pass
            with server(metadata, home, extension=True) as (url, taken):
                post(url, "session")  # begins to look for an identity
                route = [post(url, "environment") for _ in range(10)]
            if turn > 0:  # the first one only compiles
                samples["without"].append(without)
                samples["with"].append(taken)
                samples["route"].append(max(route))
    return {name: statistics.median(values) for name, values in samples.items()}


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
