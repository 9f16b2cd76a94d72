"""A few threads for calls that block, shared by owners so that none keeps another waiting."""

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
"""Calls of one owner at a time."""

MOST: Final = 16
"""Threads for all owners."""


class Threads:
    """Calls of one owner begin in their order, and owners take turns.

    A thread is there while it has something to do. None is joined when the server ends.
    """

    def __init__(self, name: str, *, each: int = EACH, most: int = MOST) -> None:
        """Take a name for the threads, and how many there may be."""
        self._name: Final = f"{THREADS}-{name}"
        self._each = each
        self._most = most
        self._lock = threading.Lock()
        self._waiting: dict[Owner, deque[Call]] = {}
        self._at_work: Counter[Owner] = Counter()

    def call(self, owner: Owner, call: Callable[[], R]) -> asyncio.Future[R]:
        """Call it for an owner; to be used on the event loop.

        :returns: what comes of it. A call that has not begun when nobody waits any more never does.
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
        """Take what is next; the lock is held."""
        for owner in self._waiting:
            if self._at_work[owner] < self._each:
                calls = self._waiting.pop(owner)
                call = calls.popleft()
                if calls:
                    # Behind all others who wait.
                    self._waiting[owner] = calls
                self._at_work[owner] += 1
                return owner, call
        return None
