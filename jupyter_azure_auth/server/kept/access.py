"""Access to the backend that stores sign-ins: it can fail or hang without blocking the server."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from jupyter_azure_auth.server.kept.places import nowhere
from jupyter_azure_auth.server.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.kept.place import Place, PlaceName

log = logging.getLogger(__name__)

R = TypeVar("R")


@dataclass(frozen=True, repr=False)
class Outcome(Generic[R]):
    """The outcome of a call."""

    place: Place | None
    result: R
    problem: Exception | None = None


class Access:
    """For use on the event loop; calls of the backend run one after another on another thread."""

    def __init__(self, find_place: Callable[[], Place | None]) -> None:
        """Create it without looking for a backend.

        :param find_place: returns the backend on first use, None if there is none. It can block
            and raise any exception.
        """
        self._find_place = find_place
        self._line = Line("keychain")
        self._place: Place | None = None
        self._works = False
        self._nowhere = find_place is nowhere
        self._sought: tuple[Place | None] | None = None
        self._said = False
        self._begun: dict[object, float] = {}

    @property
    def is_nowhere(self) -> bool:
        """Whether it is known that there is no backend."""
        return self._nowhere

    def works_at(self, patience: float) -> PlaceName | None:
        """Return the name of the backend if it works now; None if not, or not known yet.

        :param patience: seconds after which a call counts as hanging.
        """
        now = time.monotonic()
        hangs = any(now - begun > patience for begun in self._begun.values())
        return self._place.name if self._place and self._works and not hangs else None

    def do(self, act: Callable[[Place], R], default: R) -> asyncio.Future[Outcome[R]]:
        """Run a call with the backend; an exception becomes part of the outcome."""
        future: asyncio.Future[Outcome[R]] = asyncio.get_running_loop().create_future()
        if self._nowhere:
            future.set_result(Outcome(None, default))
            return future

        def call() -> Outcome[R]:
            place = None
            try:
                place = self._seek()
                return Outcome(place, default if place is None else act(place))
            except Exception as problem:  # noqa: BLE001 - backends raise any exception
                return Outcome(place, default, problem)

        self._begun[future] = time.monotonic()

        def over(done: asyncio.Future[Outcome[R]]) -> None:
            outcome = done.result()
            del self._begun[future]
            self._say(outcome.problem)
            self._place, self._works = outcome.place, outcome.problem is None
            self._nowhere = outcome.place is None and self._works
            if not future.done():
                future.set_result(outcome)

        self._line.call(call).add_done_callback(over)
        return future

    def _seek(self) -> Place | None:
        """Return the backend; runs on its thread, and looks again only if the last look raised."""
        if self._sought is None:
            self._sought = (self._find_place(),)
        return self._sought[0]

    def _say(self, problem: Exception | None) -> None:
        """Log the first of a row of failures, by type: a backend's text can contain anything."""
        if problem is not None and (self._works or not self._said):
            self._said = True
            log.warning("Sign-ins to Azure are kept in memory only: %s", type(problem).__name__)
