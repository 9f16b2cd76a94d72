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
        self._starter = ThreadStarter(f"{THREADS}-{name}", self._start)
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
                self._running = self._starter.start(self._work)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._queue:
                    self._running = False
                    return
                call, loop, future = self._queue.popleft()
            run_and_resolve(call, loop, future)


class ThreadStarter:
    """Starts daemon threads. All methods must be called on the event loop."""

    def __init__(self, name: str, or_later: Callable[[], None]) -> None:
        """Store the parts.

        :param name: of the threads.
        :param or_later: called after a while if the system could not start a thread.
        """
        self._name = name
        self._or_later = or_later
        self._is_waiting = False

    def start(self, target: Callable[..., None], *args: Any) -> bool:
        """Start a thread.

        :returns: whether it was started. If not, the owner is called once, however many threads
            it wants, so that a long shortage does not fill the log.
        """
        if self._is_waiting:
            return False
        try:
            threading.Thread(target=target, args=args, name=self._name, daemon=True).start()
        except RuntimeError:  # as in a container with a limit
            log.warning("No thread can be started for Azure sign-ins. Trying again.")
            self._is_waiting = True
            asyncio.get_running_loop().call_later(START_RETRY_S, self._try_again)
            return False
        return True

    def _try_again(self) -> None:
        self._is_waiting = False
        self._or_later()


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
