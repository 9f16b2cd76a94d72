"""A few threads for blocking calls, shared fairly between users."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from typing import TYPE_CHECKING, Final, TypeVar

from jupyter_azure_auth.server.line import Call, settle
from jupyter_azure_auth.server.msal_log import THREADS

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.owner import Owner

R = TypeVar("R")

EACH: Final = 4
"""Concurrent calls of one user."""

MOST: Final = 16
"""Threads for all users."""


class Threads:
    """A thread pool: calls of one user begin in order, and users take turns.

    A thread exists while it has calls to run. None is joined when the server ends.
    """

    def __init__(self, name: str, *, each: int = EACH, most: int = MOST) -> None:
        """Create a pool without threads.

        :param name: of the threads.
        :param each: maximum concurrent calls of one user.
        :param most: maximum threads.
        """
        self._name: Final = f"{THREADS}-{name}"
        self._each = each
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[Owner, deque[Call]] = {}
        self._at_work: Counter[Owner] = Counter()

    def call(self, owner: Owner, call: Callable[[], R]) -> asyncio.Future[R]:
        """Run a call for a user. Must be called on the event loop.

        :returns: the result. If the caller cancels it before the call has begun, it never begins.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        with self._lock:
            self._waiting.setdefault(owner, deque()).append((call, loop, future))
            if self._at_work.total() >= self._most:
                return future
            taken = self._take()
        if taken is not None:
            threading.Thread(target=self._work, args=taken, name=self._name, daemon=True).start()
        return future

    def _work(self, owner: Owner, call: Call) -> None:
        taken: tuple[Owner, Call] | None = (owner, call)
        while taken is not None:
            owner, call = taken
            if not call[2].cancelled():
                settle(*call)
            with self._lock:
                self._at_work[owner] -= 1
                taken = self._take()

    def _take(self) -> tuple[Owner, Call] | None:
        """Return the next call and its user; the lock is held."""
        for owner in self._waiting:
            if self._at_work[owner] < self._each:
                calls = self._waiting.pop(owner)
                call = calls.popleft()
                if calls:
                    # After all other waiting users.
                    self._waiting[owner] = calls
                self._at_work[owner] += 1
                return owner, call
        return None
