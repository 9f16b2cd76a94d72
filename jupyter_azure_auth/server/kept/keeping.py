"""Keeps sign-ins across restarts, and says so. Where that fails or hangs, there is memory only."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from jupyter_azure_auth.server.kept.record import key_of, read_record
from jupyter_azure_auth.server.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.kept.place import Place, PlaceName
    from jupyter_azure_auth.server.kept.record import Record
    from jupyter_azure_auth.server.owner import Owner

log = logging.getLogger(__name__)

PATIENCE: Final = 5.0
"""Seconds after which a place counts as hanging. A user may be asked to unlock a keychain."""

R = TypeVar("R")


@dataclass(repr=False)
class _Outcome(Generic[R]):
    """How a call came out, on the thread."""

    place: Place | None
    result: R
    problem: Exception | None = None


class Keeping:
    """All of it on the event loop; what touches the place queues up on a thread of its own."""

    def __init__(
        self,
        environment: Environment,
        find_place: Callable[[], Place | None],
        changed: Callable[[Owner], None],
    ) -> None:
        """Take where to keep, looked for when it is first needed.

        :param find_place: blocks, raises whatever it likes; None: there is no such place.
        :param changed: is told when something else is true of this owner's sign-in.
        """
        self._environment = environment
        self._find_place = find_place
        self._changed = changed
        self._line = Line("keychain")
        self._place: Place | None = None
        self._works = False
        self._nowhere = False
        self._sought: tuple[Place | None] | None = None
        self._said = False
        self._kept: dict[Owner, PlaceName] = {}
        self._latest: dict[Owner, object] = {}
        self._begun: dict[object, float] = {}

    @property
    def keeps(self) -> PlaceName | None:
        """Where a sign-in can be kept; None if nowhere, or nothing is known yet."""
        now = time.monotonic()
        hangs = any(now - begun > PATIENCE for begun in self._begun.values())
        return self._place.name if self._place and self._works and not hangs else None

    def kept(self, owner: Owner) -> PlaceName | None:
        """Where this owner's sign-in is kept; None: only in memory."""
        return self._kept.get(owner)

    async def restore(self, owner: Owner) -> Record | None:
        """Look for a sign-in of an earlier run; None if there is none, or the place hangs."""
        key = key_of(owner, self._environment)

        def read(place: Place) -> Record | None:
            record = read_record(place.read(key))
            if record is None:
                # Torn, or of a version that is gone; usually nothing.
                place.remove(key)
            return record

        future = self._noting(owner, self._do(read, None))
        await self.settled(future)
        return future.result() if future.done() else None

    def write(self, owner: Owner, make: Callable[[], Record]) -> asyncio.Future[bool]:
        """Keep a sign-in in place of whatever was kept.

        :param make: blocks.
        """
        key = key_of(owner, self._environment)

        def write(place: Place) -> bool:
            place.write(key, make().to_text())
            return True

        return self._noting(owner, self._do(write, default=False))

    def update(self, owner: Owner, make: Callable[[], Record]) -> None:
        """Keep what a renewal has changed, unless another server has kept or removed something."""
        if owner not in self._kept:
            return
        key = key_of(owner, self._environment)

        def update(place: Place) -> bool:
            text, record = place.read(key), make()
            before = read_record(text)
            if before is None or before.id != record.id:
                return False
            if text != record.to_text():
                place.write(key, record.to_text())
            return True

        self._noting(owner, self._do(update, default=False))

    def remove(self, owner: Owner) -> asyncio.Future[bool]:
        """Keep nothing of this owner any more, whoever of this user's servers has kept it."""
        key = key_of(owner, self._environment)

        def remove(place: Place) -> bool:
            place.remove(key)
            return False

        self._note(owner, None)
        return self._noting(owner, self._do(remove, default=False))

    async def settled(self, future: asyncio.Future[R]) -> None:
        """Wait for it, though not for ever."""
        await asyncio.wait({future}, timeout=PATIENCE)

    def _noting(self, owner: Owner, future: asyncio.Future[R]) -> asyncio.Future[R]:
        """Note whether it is kept when this is over, unless something later was begun meanwhile."""
        self._latest[owner] = future

        def note(done: asyncio.Future[R]) -> None:
            if self._latest.get(owner) is done:
                self._note(owner, self._place.name if self._place and done.result() else None)

        future.add_done_callback(note)
        return future

    def _note(self, owner: Owner, name: PlaceName | None) -> None:
        if self._kept.get(owner) == name:
            return
        if name is None:
            del self._kept[owner]
        else:
            self._kept[owner] = name
        self._changed(owner)

    def _do(self, act: Callable[[Place], R], default: R) -> asyncio.Future[R]:
        """Have something done with the place; what it raises stays here."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        if self._nowhere:
            future.set_result(default)
            return future

        def call() -> _Outcome[R]:
            place = None
            try:
                place = self._seek()
                return _Outcome(place, default if place is None else act(place))
            except Exception as problem:  # noqa: BLE001 - backends raise whatever they like
                return _Outcome(place, default, problem)

        self._begun[future] = time.monotonic()

        def over(done: asyncio.Future[_Outcome[R]]) -> None:
            outcome = done.result()
            del self._begun[future]
            self._say(outcome.problem)
            self._place, self._works = outcome.place, outcome.problem is None
            self._nowhere = outcome.place is None and self._works
            if not future.done():
                future.set_result(outcome.result)

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
