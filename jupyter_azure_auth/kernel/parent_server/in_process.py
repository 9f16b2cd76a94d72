"""The parent server if it is this very process: it is asked directly, never over HTTP.

An extension of a Jupyter server can use a credential. A request from its event loop's thread to its
own port would wait for itself.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any, Final

InProcessResponse = tuple[int, Mapping[str, Any]]
"""Status and fields, as in an HTTP response."""


@dataclass(frozen=True)
class InProcessServer:
    """A server in this process. Create it on its event loop."""

    answer: Callable[[Mapping[str, Any]], Awaitable[InProcessResponse]]
    """Answers a token request, on the event loop."""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    thread: int = field(default_factory=threading.get_ident)
    pid: int = field(default_factory=os.getpid)


_servers: Final[list[InProcessServer]] = []


def add_server(server: InProcessServer) -> None:
    """Answer the credentials of this process from now on."""
    _servers.append(server)


def remove_server(server: InProcessServer) -> None:
    """Stop answering, because the server stops."""
    if server in _servers:
        _servers.remove(server)


def in_process_server() -> InProcessServer | None:
    """Return the server in this process, if there is one. A forked child has none."""
    return next((server for server in _servers if server.pid == os.getpid()), None)


def ask_in_process(
    server: InProcessServer, fields: Mapping[str, Any], seconds: float
) -> InProcessResponse:
    """Return the server's answer. Blocks, so never call it on the event loop's thread.

    :raises TimeoutError: it did not answer in time.
    """

    async def answer() -> InProcessResponse:
        return await server.answer(fields)

    future = asyncio.run_coroutine_threadsafe(answer(), server.loop)
    try:
        return future.result(seconds)
    except futures.TimeoutError:  # another exception before Python 3.11
        raise TimeoutError from None
    finally:
        future.cancel()


def is_on_event_loop() -> bool:
    """Whether this thread runs the event loop of a server in this process, and must not wait."""
    server = in_process_server()
    return server is not None and server.thread == threading.get_ident()
