"""A few threads for blocking calls, shared fairly between users."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from typing import TYPE_CHECKING, Final, TypeVar

from jupyter_azure_auth.server.msal_log import THREADS
from jupyter_azure_auth.server.serial_worker import QueuedCall, ThreadStarter, run_and_resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.user_key import UserKey

R = TypeVar("R")

CALLS_PER_USER: Final = 4
"""Concurrent calls of one user."""

MAX_THREADS: Final = 16
"""Threads for all users."""


class FairThreadPool:
    """A thread pool: calls of one user begin in order, and users take turns.

    A thread exists while it has calls to run. None is joined when the server ends.
    """

    def __init__(
        self, name: str, *, per_user: int = CALLS_PER_USER, most: int = MAX_THREADS
    ) -> None:
        """Create a pool without threads.

        :param name: of the threads.
        :param per_user: maximum concurrent calls of one user.
        :param most: maximum threads.
        """
        self._starter = ThreadStarter(f"{THREADS}-{name}", self._start)
        self._per_user = per_user
        self._most = most
        self._lock = threading.Lock()
        self._queues: dict[UserKey, deque[QueuedCall]] = {}
        self._running: Counter[UserKey] = Counter()

    def call(self, user_key: UserKey, call: Callable[[], R]) -> asyncio.Future[R]:
        """Run a call for a user. Must be called on the event loop.

        :returns: the result. If the caller cancels it before the call has begun, it never begins.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        with self._lock:
            self._queues.setdefault(user_key, deque()).append((call, loop, future))
        self._start()
        return future

    def _start(self) -> None:
        """Start threads for the calls that wait, as far as the limits allow it."""
        with self._lock:
            while self._running.total() < self._most and (taken := self._take()) is not None:
                user_key, call = taken
                if not self._starter.start(self._work, user_key, call):
                    self._running[user_key] -= 1
                    self._queues.setdefault(user_key, deque()).appendleft(call)
                    return

    def _work(self, user_key: UserKey, call: QueuedCall) -> None:
        taken: tuple[UserKey, QueuedCall] | None = (user_key, call)
        while taken is not None:
            user_key, call = taken
            if not call[2].cancelled():
                run_and_resolve(*call)
            with self._lock:
                self._running[user_key] -= 1
                taken = self._take()

    def _take(self) -> tuple[UserKey, QueuedCall] | None:
        """Return the next call and its user; the lock is held."""
        for user_key in self._queues:
            if self._running[user_key] < self._per_user:
                calls = self._queues.pop(user_key)
                call = calls.popleft()
                if calls:
                    # Behind all other waiting users.
                    self._queues[user_key] = calls
                self._running[user_key] += 1
                return user_key, call
        return None
