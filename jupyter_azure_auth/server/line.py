"""Calls that may hang, one after another, on a thread that keeps nothing waiting.

Neither the event loop waits for it, nor the end of the server: Python joins the threads of an
executor when it ends, and a keychain may ask its user something that nobody ever answers.
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

Call = tuple["Callable[[], Any]", asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class Line:
    """Where calls queue up. Its thread is there while there is something to do."""

    def __init__(self, name: str) -> None:
        """Take a name for the thread."""
        self._name: Final = f"{THREADS}-{name}"
        self._lock = threading.Lock()
        self._waiting: deque[Call] = deque()
        self._at_work = False

    def call(self, call: Callable[[], R]) -> asyncio.Future[R]:
        """Call it after all that queued up before; to be used on the event loop.

        :returns: what comes of it. Whoever stops to wait for that does not stop the call.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        with self._lock:
            self._waiting.append((call, loop, future))
            if not self._at_work:
                self._at_work = True
                threading.Thread(target=self._work, name=self._name, daemon=True).start()
        return future

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._at_work = False
                    return
                call, loop, future = self._waiting.popleft()
            settle(call, loop, future)


def settle(
    call: Callable[[], R], loop: asyncio.AbstractEventLoop, future: asyncio.Future[R]
) -> None:
    """Call it on this thread, and tell whoever waits on its event loop."""
    result: R | None = None
    error: Exception | None = None
    try:
        result = call()
    except Exception as raised:  # noqa: BLE001 - it goes to whoever waits
        error = raised

    def tell() -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type] # None only where R is

    if not loop.is_closed():
        try:
            loop.call_soon_threadsafe(tell)
        except RuntimeError:
            # Closed just now: the server has ended, and nobody waits.
            return
