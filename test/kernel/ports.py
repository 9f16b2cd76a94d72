"""Ports of the tests' kernels.

jupyter_client chooses a kernel's ports before the kernel binds them, from those that the system
also gives to connections, so that another suite can take one in between ("Address already in use",
jupyter_client issue 276). The ports here are outside that range, and each test process has its own.
*Outdated when* kernels choose their ports themselves (JEP 66).
"""

from __future__ import annotations

import fcntl
import socket
import tempfile
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTS = range(20_000, 32_000)
"""Below those of connections, which begin at 32,768 on Linux."""

BLOCK = 500
"""Ports of one process."""

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

_locks: list[IO[str]] = []
"""Open, and therefore locked, until the process ends."""


def kernel_ports() -> dict[str, int]:
    """Return the port arguments of a `KernelManager`."""
    ports = _ports_of_process()
    return {
        f"{channel}_port": next(port for port in ports if _is_free(port)) for channel in CHANNELS
    }


@cache
def _ports_of_process() -> Iterator[int]:
    for first in PORTS[::BLOCK]:
        lock = Path(tempfile.gettempdir(), f"jupyter-azure-auth-{first}.lock").open("w")  # noqa: SIM115 (open as long as the process runs)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
        else:
            _locks.append(lock)
            return cycle(range(first, first + BLOCK))
    raise AssertionError("All ports are in use by other test processes.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
