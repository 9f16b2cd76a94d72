"""Persists sign-ins across restarts. If that fails or hangs, they are in memory only."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from jupyter_azure_auth.server.persistence.backend_access import BackendAccess
from jupyter_azure_auth.server.persistence.record import group_of, key_of, read_record
from jupyter_azure_auth.server.serial_worker import SerialWorker

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth._models import Account
    from jupyter_azure_auth.server.config import AzureAuthConfig
    from jupyter_azure_auth.server.persistence.backend import Backend, BackendName
    from jupyter_azure_auth.server.persistence.backend_access import Outcome
    from jupyter_azure_auth.server.persistence.record import Record
    from jupyter_azure_auth.server.persistence.select_backend import Store
    from jupyter_azure_auth.server.user_key import UserKey

log = logging.getLogger(__name__)

BACKEND_TIMEOUT_S: Final = 5.0
"""Seconds after which a backend counts as hanging. The user may be asked to unlock a keychain."""

RETRY_DELAY_S: Final = 1.0
"""Seconds before the first retry of an access or removal; doubled each time."""

MAX_RETRY_DELAY_S: Final = 60.0
"""Maximum seconds between two tries."""

_MAX_OFFERS: Final = 5
"""The number of sign-ins of other servers that are read, latest first."""

R = TypeVar("R")


class Offer(NamedTuple):
    """A sign-in that another server of the same user has stored."""

    key: str
    source: str
    account: Account


class PersistenceManager:
    """For use on the event loop; calls of the backend and of the disk run on separate threads."""

    def __init__(
        self, config: AzureAuthConfig, store: Store, on_change: Callable[[UserKey], None]
    ) -> None:
        """Create it without looking for the backend, which happens on first use.

        :param config: the configuration.
        :param store: finds the backend and has the markers.
        :param on_change: called when the persistence of a user's sign-in has changed.
        """
        self._config = config
        self._store = store
        self._on_change = on_change
        self._access = BackendAccess(store.find_backend)
        self._marker_worker = SerialWorker("markers")
        self._backends: dict[UserKey, BackendName] = {}
        self._erasing: set[UserKey] = set()
        self._latest: dict[UserKey, asyncio.Future[Any]] = {}

    @property
    def available_backend(self) -> BackendName | None:
        """The backend that can store a sign-in; None if there is none, or not known yet."""
        return self._access.working_backend(BACKEND_TIMEOUT_S)

    def backend_of(self, user_key: UserKey) -> BackendName | None:
        """Return the backend that stores this user's sign-in; None: only in memory."""
        return self._backends.get(user_key)

    def is_erasing(self, user_key: UserKey) -> bool:
        """Whether a stored sign-in could not be erased yet, and is being retried."""
        return user_key in self._erasing

    async def restore(self, user_key: UserKey) -> Record | None:
        """Return the sign-in of an earlier run; None if there is none, or the user has acted.

        Waits until the backend answers, because an unknown result is not the same as none. If a
        sign-in was stored, a backend that fails is asked again.
        """
        key, group = self._key(user_key), group_of(user_key, self._config)
        markers = self._store.markers
        erased, was_persisted = await self._run_on_markers(
            lambda: (markers.is_erased(key), markers.is_persisted(group, key)),
            # A marker that cannot be read may mean that the user has signed out.
            default=(True, False),
        )
        if user_key in self._latest:
            return None
        if erased:
            # The user signed out, and the backend was locked until the server stopped.
            self.remove(user_key)
            return None

        def read(backend: Backend) -> Record | None:
            record = read_record(backend.read(key))
            if record is None:
                # Incomplete, or of an unsupported version; usually there is nothing.
                backend.remove(key)
            return record

        pause = RETRY_DELAY_S
        while True:
            future = self._track(user_key, self._access.run(read, None))
            outcome = await future
            if outcome.problem is None or not was_persisted:
                return outcome.result
            await asyncio.sleep(pause)
            if self._latest[user_key] is not future:
                return None
            pause = min(2 * pause, MAX_RETRY_DELAY_S)

    def ended_by(self, user_key: UserKey) -> asyncio.Future[str | None]:
        """Return the AADSTS code of the refusal that ended the sign-in; None if none has.

        An empty text is a refusal without a code.
        """
        key = self._key(user_key)
        return self._run_on_markers(lambda: self._store.markers.ended_by(key), default=None)

    def mark_ended(self, user_key: UserKey, number: str | None) -> None:
        """Record for the next start that a refusal has ended the sign-in."""
        key = self._key(user_key)
        self._run_on_markers(
            lambda: self._store.markers.mark_ended(key, number or ""), default=None
        )

    def unmark_ended(self, user_key: UserKey) -> None:
        """Remove the record of a refusal, because the user has acted since."""
        key = self._key(user_key)
        self._run_on_markers(lambda: self._store.markers.unmark_ended(key), default=None)

    async def others(self, user_key: UserKey) -> list[Offer]:
        """Return sign-ins stored by other servers of this user: one per account, latest first."""
        group, own_key = group_of(user_key, self._config), self._key(user_key)
        no_keys: list[str] = []
        found_keys = self._run_on_markers(
            lambda: self._store.markers.persisted_keys(group), no_keys
        )
        await wait_with_timeout(found_keys)
        keys = [key for key in found_keys.result() if key != own_key] if found_keys.done() else []

        def read(backend: Backend) -> list[Offer]:
            records = [(key, read_record(backend.read(key))) for key in keys[:_MAX_OFFERS]]
            return [
                Offer(key, record.source, record.account)
                for key, record in records
                if record is not None
            ]

        if not keys:
            return []
        no_offers: list[Offer] = []
        found = self._access.run(read, no_offers)
        await wait_with_timeout(found)
        latest: dict[str, Offer] = {}
        for offer in found.result().result if found.done() else no_offers:
            latest.setdefault(offer.account.id, offer)
        return list(latest.values())

    async def read(self, offer: Offer) -> Record | None:
        """Return a sign-in stored by another server, without removing it."""
        found = self._access.run(lambda backend: read_record(backend.read(offer.key)), None)
        await wait_with_timeout(found)
        return found.result().result if found.done() else None

    async def replace(self, user_key: UserKey, make: Callable[[], Record]) -> None:
        """Store a sign-in, replacing any other; return when no start can restore the other.

        This waits for the marker on the disk, and not for the backend, which the user may have to
        unlock.

        :param make: returns the record; can block.
        """
        self.write(user_key, make)
        await wait_with_timeout(self._markers_written())

    def write(self, user_key: UserKey, make: Callable[[], Record]) -> asyncio.Future[Outcome[bool]]:
        """Store a sign-in, replacing any other.

        If that fails, the next start restores none: the stored one may be of another account.

        :param make: returns the record; can block.
        """
        key, group = self._key(user_key), group_of(user_key, self._config)
        may_be_stored = user_key in self._backends or self._is_storing(user_key)
        markers = self._store.markers

        def mark() -> None:
            # The backend may have failed each time that a start tried to restore the stored one.
            if may_be_stored or markers.is_persisted(group, key):
                markers.mark_erased(key)

        self._run_on_markers(mark, default=None)

        def write(backend: Backend) -> bool:
            backend.write(key, make().to_text())
            return True

        return self._track(user_key, self._access.run(write, default=False))

    def update(self, user_key: UserKey, make: Callable[[], Record]) -> None:
        """Store the result of a renewal, unless another server has changed or removed the entry."""
        if user_key not in self._backends:
            return
        key = self._key(user_key)

        def update(backend: Backend) -> bool:
            text, record = backend.read(key), make()
            before = read_record(text)
            if before is None or before.id != record.id:
                return False
            if text != record.to_text():
                backend.write(key, record.to_text())
            return True

        # If that fails, the entry from before the renewal is still stored, and the next start can
        # restore it.
        self._track(user_key, self._access.run(update, default=True))

    async def erase(self, user_key: UserKey) -> None:
        """Remove the stored sign-in; return when that, or at least its mark, is on the disk.

        A server that is killed after its answer must not restore a sign-in that the user has ended.
        """
        removed = self.remove(user_key)
        await wait_with_timeout(asyncio.gather(removed, self._markers_written()))

    def remove(self, user_key: UserKey) -> asyncio.Future[Outcome[None]]:
        """Remove the stored sign-in of this user; retry until it is removed."""
        key = self._key(user_key)
        if not self._access.is_memory_only:
            # Before anything else, and not on the thread that may hang in the backend.
            self._run_on_markers(lambda: self._store.markers.mark_erased(key), default=None)
            self._erasing.add(user_key)
        self._set_backend(user_key, None)
        return self._erase(user_key)

    def _erase(self, user_key: UserKey, tries: int = 0) -> asyncio.Future[Outcome[None]]:
        key = self._key(user_key)
        return self._track(
            user_key, self._access.run(lambda backend: backend.remove(key), None), tries
        )

    def _track(
        self, user_key: UserKey, future: asyncio.Future[Outcome[R]], tries: int = 0
    ) -> asyncio.Future[Outcome[R]]:
        """Record the outcome of a call when it ends, unless a later call has begun."""
        self._latest[user_key] = future

        def finished(done: asyncio.Future[Outcome[R]]) -> None:
            if self._latest.get(user_key) is not done:
                return
            outcome = done.result()
            self._set_backend(
                user_key, outcome.backend.name if outcome.backend and outcome.result else None
            )
            if outcome.problem is None:
                self._update_markers(user_key)
            elif user_key in self._erasing:
                pause = min(RETRY_DELAY_S * 2**tries, MAX_RETRY_DELAY_S)
                asyncio.get_running_loop().call_later(pause, retry)

        def retry() -> None:
            if self._latest.get(user_key) is future:
                self._erase(user_key, tries + 1)

        future.add_done_callback(finished)
        return future

    def _update_markers(self, user_key: UserKey) -> None:
        """Update the markers after a successful call of the backend."""
        markers, key, group = (
            self._store.markers,
            self._key(user_key),
            group_of(user_key, self._config),
        )
        if user_key in self._backends:
            self._run_on_markers(lambda: markers.mark_persisted(group, key), default=None)
        elif user_key in self._erasing or not self._access.is_memory_only:
            self._run_on_markers(lambda: markers.remove(group, key), default=None)
        if user_key in self._erasing:
            self._erasing.discard(user_key)
            self._on_change(user_key)

    def _run_on_markers(self, call: Callable[[], R], default: R) -> asyncio.Future[R]:
        """Run calls that access markers one after another on their thread."""

        def run() -> R:
            try:
                return call()
            except OSError as problem:
                log.warning("Cannot access markers of Azure sign-ins: %s", type(problem).__name__)
                return default

        return self._marker_worker.call(run)

    def _markers_written(self) -> asyncio.Future[None]:
        """Return a future that is done when all markers until now are on the disk."""
        return self._run_on_markers(lambda: None, default=None)

    def _set_backend(self, user_key: UserKey, name: BackendName | None) -> None:
        if self._backends.get(user_key) == name:
            return
        if name is None:
            del self._backends[user_key]
        else:
            self._backends[user_key] = name
        self._on_change(user_key)

    def _is_storing(self, user_key: UserKey) -> bool:
        """Whether a call is in progress that may store a sign-in."""
        latest = self._latest.get(user_key)
        return latest is not None and not latest.done()

    def _key(self, user_key: UserKey) -> str:
        return key_of(user_key, self._config, self._store.server)


async def wait_with_timeout(future: asyncio.Future[R]) -> None:
    """Wait for a future, but no longer than :data:`BACKEND_TIMEOUT_S`."""
    await asyncio.wait({future}, timeout=BACKEND_TIMEOUT_S)
