"""Runs calls that may hang, one after another, on a daemon thread.

Neither the event loop nor the server's shutdown waits for it. An executor does not fit: Python
joins its threads at exit, and a keychain may show a prompt that the user never answers.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jupyter_azure_auth.server.msal_log import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

START_RETRY_S: Final = 1.0
"""Seconds until another try to start a thread, after the system has refused one."""

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
        self._start()
        return future

    def _start(self) -> None:
        """Start the thread if it is needed and does not run."""
        with self._lock:
            if self._queue and not self._running:
                self._running = start_thread(self._name, self._work, or_later=self._start)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._running = False
                    return
                call, loop, future = self._queue.popleft()
            run_and_resolve(call, loop, future)


def start_thread(
    name: str, target: Callable[..., None], *args: Any, or_later: Callable[[], None]
) -> bool:
    """Start a daemon thread. Must be called on the event loop.

    :param or_later: called after a while if the system cannot start a thread now.
    :returns: whether it was started.
    """
    try:
        threading.Thread(target=target, args=args, name=name, daemon=True).start()
    except RuntimeError:  # as in a container with a limit
        log.warning("No thread can be started for Azure sign-ins. Trying again.")
        asyncio.get_running_loop().call_later(START_RETRY_S, or_later)
        return False
    return True


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
    except BaseException as raised:  # noqa: BLE001 - such as a panic of a library in Rust
        # On the event loop, it would end the server.
        error = RuntimeError(type(raised).__name__)

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
