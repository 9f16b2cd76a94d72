"""The way to the place where sign-ins are kept: it may fail or hang, and nothing waits for it."""

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
    """How a call came out."""

    place: Place | None
    result: R
    problem: Exception | None = None


class Access:
    """Used on the event loop; what touches the place queues up on a thread of its own."""

    def __init__(self, find_place: Callable[[], Place | None]) -> None:
        """Take how to look for the place, when it is first needed.

        :param find_place: blocks, raises whatever it likes; None: there is no such place.
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
        """Tell whether it is known that there is no place."""
        return self._nowhere

    def works_at(self, patience: float) -> PlaceName | None:
        """Name the place that works at the moment; None if none does, or nothing is known yet.

        :param patience: seconds after which it counts as hanging.
        """
        now = time.monotonic()
        hangs = any(now - begun > patience for begun in self._begun.values())
        return self._place.name if self._place and self._works and not hangs else None

    def do(self, act: Callable[[Place], R], default: R) -> asyncio.Future[Outcome[R]]:
        """Have something done with the place; what it raises is in the outcome."""
        future: asyncio.Future[Outcome[R]] = asyncio.get_running_loop().create_future()
        if self._nowhere:
            future.set_result(Outcome(None, default))
            return future

        def call() -> Outcome[R]:
            place = None
            try:
                place = self._seek()
                return Outcome(place, default if place is None else act(place))
            except Exception as problem:  # noqa: BLE001 - backends raise whatever they like
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
        """Look for the place, on its thread; once, unless that fails."""
        if self._sought is None:
            self._sought = (self._find_place(),)
        return self._sought[0]

    def _say(self, problem: Exception | None) -> None:
        """Log that it has begun to fail, once; the text of a backend can name anything."""
        if problem is not None and (self._works or not self._said):
            self._said = True
            log.warning("Sign-ins to Azure are kept in memory only: %s", type(problem).__name__)
