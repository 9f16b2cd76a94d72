"""Access to the backend that stores sign-ins: it can fail or hang without blocking the server."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from jupyter_azure_auth.server.persistence.select_backend import memory_only
from jupyter_azure_auth.server.serial_worker import SerialWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.persistence.backend import Backend, BackendName

log = logging.getLogger(__name__)

R = TypeVar("R")


@dataclass(frozen=True, repr=False)
class Outcome(Generic[R]):
    """The outcome of a call."""

    backend: Backend | None
    result: R
    problem: Exception | None = None


class BackendAccess:
    """For use on the event loop; calls of the backend run one after another on another thread."""

    def __init__(self, find_backend: Callable[[], Backend | None]) -> None:
        """Create it without looking for a backend.

        :param find_backend: returns the backend on first use, None if there is none. It can block
            and raise any exception.
        """
        self._find_backend = find_backend
        self._worker = SerialWorker("keychain")
        self._backend: Backend | None = None
        self._works = False
        self._memory_only = find_backend is memory_only
        self._found: tuple[Backend | None] | None = None
        self._logged = False
        self._started: dict[object, float] = {}

    @property
    def is_memory_only(self) -> bool:
        """Whether it is known that there is no backend."""
        return self._memory_only

    def working_backend(self, timeout: float) -> BackendName | None:
        """Return the name of the backend if it works now; None if not, or not known yet.

        :param timeout: seconds after which a call counts as hanging.
        """
        now = time.monotonic()
        hangs = any(now - started > timeout for started in self._started.values())
        return self._backend.name if self._backend and self._works and not hangs else None

    def run(self, action: Callable[[Backend], R], default: R) -> asyncio.Future[Outcome[R]]:
        """Run a call with the backend; an exception becomes part of the outcome."""
        future: asyncio.Future[Outcome[R]] = asyncio.get_running_loop().create_future()
        if self._memory_only:
            future.set_result(Outcome(None, default))
            return future

        def call() -> Outcome[R]:
            backend = None
            try:
                backend = self._find()
                return Outcome(backend, default if backend is None else action(backend))
            except Exception as problem:  # noqa: BLE001 - backends raise any exception
                return Outcome(backend, default, problem)

        self._started[future] = time.monotonic()

        def finished(done: asyncio.Future[Outcome[R]]) -> None:
            outcome = done.result()
            del self._started[future]
            self._log_failure(outcome.problem)
            self._backend, self._works = outcome.backend, outcome.problem is None
            self._memory_only = outcome.backend is None and self._works
            if not future.done():
                future.set_result(outcome)

        self._worker.call(call).add_done_callback(finished)
        return future

    def _find(self) -> Backend | None:
        """Return the backend; runs on its thread. Searches again only if the last search raised."""
        if self._found is None:
            self._found = (self._find_backend(),)
        return self._found[0]

    def _log_failure(self, problem: Exception | None) -> None:
        """Log the first of a series of failures, by type: a backend's text can contain anything."""
        if problem is not None and (self._works or not self._logged):
            self._logged = True
            log.warning("Sign-ins to Azure are kept in memory only: %s", type(problem).__name__)
