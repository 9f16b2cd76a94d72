"""Runs calls that may hang, one after another, on a daemon thread.

Neither the event loop nor the server's shutdown waits for it. An executor does not fit: Python
joins its threads at exit, and a keychain may show a prompt that the user never answers.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jupyter_azure_auth.server.msal_log import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")

QueuedCall = tuple["Callable[[], Any]", asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class SerialWorker:
    """A queue of calls. Its thread exists while there are calls to run."""

    def __init__(self, name: str) -> None:
        """Create an empty queue.

        :param name: of the thread.
        """
        self._name: Final = f"{THREADS}-{name}"
        self._lock = threading.Lock()
        self._queue: deque[QueuedCall] = deque()
        self._running = False

    def call(self, call: Callable[[], R]) -> asyncio.Future[R]:
        """Run a call after all earlier ones. Must be called on the event loop.

        :returns: the result. A caller that stops waiting for it does not stop the call.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        with self._lock:
            self._queue.append((call, loop, future))
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._running = False
                    return
                call, loop, future = self._queue.popleft()
            run_and_resolve(call, loop, future)


def run_and_resolve(
    call: Callable[[], R], loop: asyncio.AbstractEventLoop, future: asyncio.Future[R]
) -> None:
    """Run a call on this thread, and set its result or error on the event loop."""
    result: R | None = None
    error: Exception | None = None
    try:
        result = call()
    except Exception as raised:  # noqa: BLE001 - passed to the waiting future
        error = raised

    def resolve() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type] # None only if R is

    if not loop.is_closed():
        try:
            loop.call_soon_threadsafe(resolve)
        except RuntimeError:
            # Closed just now: the server has ended, and no caller waits.
            return
