"""Ports for servers that tests start."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from typing import Final

PORTS: Final = range(20_000, 32_000)
"""Below those that Linux (32768) and others (49152) give to processes that ask for any port.

One of those may belong to another process before the server listens, for instance to a kernel,
which never answers a request over HTTP.
"""


def free_port() -> int:
    """Return a port that no process uses, and that the system gives to none meanwhile."""
    while True:
        port = secrets.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
