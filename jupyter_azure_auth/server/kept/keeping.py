"""Persists sign-ins across restarts. If that fails or hangs, they are in memory only."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from jupyter_azure_auth.server.kept.access import Access
from jupyter_azure_auth.server.kept.record import group_of, key_of, read_record
from jupyter_azure_auth.server.line import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth.server.environment import Environment
    from jupyter_azure_auth.server.issued import Account
    from jupyter_azure_auth.server.kept.access import Outcome
    from jupyter_azure_auth.server.kept.place import Place, PlaceName
    from jupyter_azure_auth.server.kept.places import Store
    from jupyter_azure_auth.server.kept.record import Record
    from jupyter_azure_auth.server.owner import Owner

log = logging.getLogger(__name__)

PATIENCE: Final = 5.0
"""Seconds after which a backend counts as hanging. The user may be asked to unlock a keychain."""

AGAIN: Final = 1.0
"""Seconds before the first retry of an access or removal; doubled each time."""

SELDOM: Final = 60.0
"""Maximum seconds between two tries."""

_OFFERED: Final = 5
"""The number of sign-ins of other servers that are read, latest first."""

R = TypeVar("R")


class Offer(NamedTuple):
    """A sign-in that another server of the same user has stored."""

    key: str
    source: str
    account: Account


class Keeping:
    """For use on the event loop; calls of the backend and of the disk run on separate threads."""

    def __init__(
        self, environment: Environment, store: Store, changed: Callable[[Owner], None]
    ) -> None:
        """Create it without looking for the backend, which happens on first use.

        :param environment: the configuration.
        :param store: finds the backend and has the notes.
        :param changed: called when the persistence of a user's sign-in has changed.
        """
        self._environment = environment
        self._store = store
        self._changed = changed
        self._access = Access(store.find_place)
        self._disk = Line("notes")
        self._kept: dict[Owner, PlaceName] = {}
        self._erasing: set[Owner] = set()
        self._latest: dict[Owner, object] = {}

    @property
    def keeps(self) -> PlaceName | None:
        """The backend that can store a sign-in; None if there is none, or not known yet."""
        return self._access.works_at(PATIENCE)

    def kept(self, owner: Owner) -> PlaceName | None:
        """Return the backend that stores this user's sign-in; None: only in memory."""
        return self._kept.get(owner)

    def erasing(self, owner: Owner) -> bool:
        """Whether a stored sign-in could not be erased yet, and is being retried."""
        return owner in self._erasing

    async def restore(self, owner: Owner) -> Record | None:
        """Return the sign-in of an earlier run; None if there is none, or the user has acted.

        Waits until the backend answers, because an unknown result is not the same as none. If a
        sign-in was stored, a backend that fails is asked again.
        """
        key, group = self._key(owner), group_of(owner, self._environment)
        notes = self._store.notes
        erased, was_kept = await self._note(
            lambda: (notes.is_erased(key), notes.is_kept(group, key)),
            # A note that cannot be read may say that the user has signed out.
            default=(True, False),
        )
        if owner in self._latest:
            return None
        if erased:
            # The user signed out, and the backend was locked until the server stopped.
            self.remove(owner)
            return None

        def read(place: Place) -> Record | None:
            record = read_record(place.read(key))
            if record is None:
                # Incomplete, or of an unsupported version; usually there is nothing.
                place.remove(key)
            return record

        pause = AGAIN
        while True:
            future = self._following(owner, self._access.do(read, None))
            outcome = await future
            if outcome.problem is None or not was_kept:
                return outcome.result
            await asyncio.sleep(pause)
            if self._latest[owner] is not future:
                return None
            pause = min(2 * pause, SELDOM)

    def ended(self, owner: Owner) -> asyncio.Future[str | None]:
        """Return the AADSTS code of the refusal that ended the sign-in; None if none has.

        An empty text is a refusal without a code.
        """
        key = self._key(owner)
        return self._note(lambda: self._store.notes.ended(key), default=None)

    def note_ended(self, owner: Owner, number: str | None) -> None:
        """Record for the next start that a refusal has ended the sign-in."""
        key = self._key(owner)
        self._note(lambda: self._store.notes.note_ended(key, number or ""), default=None)

    def forget_ended(self, owner: Owner) -> None:
        """Remove the record of a refusal, because the user has acted since."""
        key = self._key(owner)
        self._note(lambda: self._store.notes.forget_ended(key), default=None)

    async def others(self, owner: Owner) -> list[Offer]:
        """Return sign-ins stored by other servers of this user: one per account, latest first."""
        group, own = group_of(owner, self._environment), self._key(owner)
        nothing: list[str] = []
        noted = self._note(lambda: self._store.notes.kept(group), nothing)
        await settled(noted)
        keys = [key for key in noted.result() if key != own] if noted.done() else []

        def read(place: Place) -> list[Offer]:
            records = [(key, read_record(place.read(key))) for key in keys[:_OFFERED]]
            return [
                Offer(key, record.source, record.account)
                for key, record in records
                if record is not None
            ]

        if not keys:
            return []
        nobody: list[Offer] = []
        found = self._access.do(read, nobody)
        await settled(found)
        latest: dict[str, Offer] = {}
        for offer in found.result().result if found.done() else nobody:
            latest.setdefault(offer.account.id, offer)
        return list(latest.values())

    async def read(self, offer: Offer) -> Record | None:
        """Return a sign-in stored by another server, without removing it."""
        found = self._access.do(lambda place: read_record(place.read(offer.key)), None)
        await settled(found)
        return found.result().result if found.done() else None

    def write(self, owner: Owner, make: Callable[[], Record]) -> asyncio.Future[Outcome[bool]]:
        """Store a sign-in, replacing any other.

        :param make: returns the record; can block.
        """
        key = self._key(owner)

        def write(place: Place) -> bool:
            place.write(key, make().to_text())
            return True

        return self._following(owner, self._access.do(write, default=False))

    def update(self, owner: Owner, make: Callable[[], Record]) -> None:
        """Store the result of a renewal, unless another server has changed or removed the entry."""
        if owner not in self._kept:
            return
        key = self._key(owner)

        def update(place: Place) -> bool:
            text, record = place.read(key), make()
            before = read_record(text)
            if before is None or before.id != record.id:
                return False
            if text != record.to_text():
                place.write(key, record.to_text())
            return True

        self._following(owner, self._access.do(update, default=False))

    async def erase(self, owner: Owner) -> None:
        """Remove the stored sign-in; return when that, or at least its mark, is on the disk.

        A server that is killed after its answer must not restore a sign-in that the user has ended.
        """
        removed = self.remove(owner)
        noted = self._note(lambda: None, default=None)  # after the mark
        await settled(asyncio.gather(removed, noted))

    def remove(self, owner: Owner) -> asyncio.Future[Outcome[None]]:
        """Remove the stored sign-in of this user; retry until it is removed."""
        key = self._key(owner)
        if not self._access.is_nowhere:
            # Before anything else, and not on the thread that may hang in the backend.
            self._note(lambda: self._store.notes.note_erased(key), default=None)
            self._erasing.add(owner)
        self._set_kept(owner, None)
        return self._erase(owner)

    def _erase(self, owner: Owner, tries: int = 0) -> asyncio.Future[Outcome[None]]:
        key = self._key(owner)
        return self._following(owner, self._access.do(lambda place: place.remove(key), None), tries)

    def _following(
        self, owner: Owner, future: asyncio.Future[Outcome[R]], tries: int = 0
    ) -> asyncio.Future[Outcome[R]]:
        """Record the outcome of a call when it ends, unless a later call has begun."""
        self._latest[owner] = future

        def over(done: asyncio.Future[Outcome[R]]) -> None:
            if self._latest.get(owner) is not done:
                return
            outcome = done.result()
            self._set_kept(owner, outcome.place.name if outcome.place and outcome.result else None)
            if outcome.problem is None:
                self._note_what_is_kept(owner)
            elif owner in self._erasing:
                pause = min(AGAIN * 2**tries, SELDOM)
                asyncio.get_running_loop().call_later(pause, again)

        def again() -> None:
            if self._latest.get(owner) is future:
                self._erase(owner, tries + 1)

        future.add_done_callback(over)
        return future

    def _note_what_is_kept(self, owner: Owner) -> None:
        """Update the notes after a successful call of the backend."""
        notes, key, group = self._store.notes, self._key(owner), group_of(owner, self._environment)
        if owner in self._kept:
            self._note(lambda: notes.note_kept(group, key), default=None)
        elif owner in self._erasing or not self._access.is_nowhere:
            self._note(lambda: notes.forget(group, key), default=None)
        if owner in self._erasing:
            self._erasing.discard(owner)
            self._changed(owner)

    def _note(self, call: Callable[[], R], default: R) -> asyncio.Future[R]:
        """Run calls of the notes one after another on their thread."""

        def noted() -> R:
            try:
                return call()
            except OSError as problem:
                log.warning("Cannot access notes on sign-ins to Azure: %s", type(problem).__name__)
                return default

        return self._disk.call(noted)

    def _set_kept(self, owner: Owner, name: PlaceName | None) -> None:
        if self._kept.get(owner) == name:
            return
        if name is None:
            del self._kept[owner]
        else:
            self._kept[owner] = name
        self._changed(owner)

    def _key(self, owner: Owner) -> str:
        return key_of(owner, self._environment, self._store.server)


async def settled(future: asyncio.Future[R]) -> None:
    """Wait for a future, but no longer than :data:`PATIENCE`."""
    await asyncio.wait({future}, timeout=PATIENCE)
