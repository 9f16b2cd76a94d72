"""The tokens of a kernel, and when they need renewal."""

from __future__ import annotations

import threading
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NoReturn

from jupyter_azure_auth._lifetime import Moment, outlives, refresh_lead

if TYPE_CHECKING:
    from collections.abc import Callable

    from .protocol import CacheKey, Identity, Issued, Request
    from .token import JupyterAccessToken, JupyterAccessTokenInfo

    # A CacheKey and the identity in one tuple, the only one that the hot path builds.
    EntryKey = tuple[tuple[str, ...], str | None, str | None, str | None, bool, Identity | None]

RETRY: Final = 30
"""Seconds between two attempts to renew a token that is still valid."""


class Need(Enum):
    """What a request needs before it can return a token."""

    NOTHING = auto()
    RENEWAL = auto()
    TOKEN = auto()


class Entry:
    """A token and its renewal times. It cannot be pickled and has no fields in its ``repr``."""

    __slots__ = ("access", "due", "due_steady", "ends", "info", "issued", "lead", "retry")

    access: JupyterAccessToken
    info: JupyterAccessTokenInfo

    def __init__(self, issued: Issued, came: Moment | None = None) -> None:
        came = Moment.now() if came is None else came
        self.issued = issued.by_clock(came.wall)
        lifetime = self.issued.expires_on - came.wall
        refresh_on = self.issued.refresh_on
        self.ends: Moment = Moment(self.issued.expires_on, came.steady + lifetime)
        self.lead = refresh_lead(lifetime, None if refresh_on is None else refresh_on - came.wall)
        """Seconds before expiry from which the token is due for renewal."""
        self.due: float = 0
        """Time in seconds since the epoch until which the token is returned without a check.

        Never after expiry; 0 until :func:`.token.mint` has created the two objects for users.
        """
        self.due_steady: float = 0
        """The same on the steady clock."""
        self.retry: Moment = Moment(0, float("-inf"))
        """When to try again after a renewal without a new token."""

    def tried(self, at: Moment) -> None:
        """Record a renewal attempt, so that other callers make none for a while."""
        self.retry = at.after(RETRY)
        if self.due:
            self.due, self.due_steady = renewal_due(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens cannot leave the kernel that received them.")


def renewal_due(entry: Entry) -> Moment:
    """Return when to renew the token, which is never after its expiry."""
    due, retry, ends = entry.ends.after(-entry.lead), entry.retry, entry.ends
    return Moment(
        min(max(due.wall, retry.wall), ends.wall), min(max(due.steady, retry.steady), ends.steady)
    )


def need(entry: Entry | None, *, anew: bool, at: Moment) -> Need:
    """Return what a request has to wait for.

    :param anew: a cached token will not do: the resource refused it, or the user wants another one.
    :returns: ``RENEWAL`` for a token that is still valid: try a renewal, but use the old token if
        that takes long.
    """
    if entry is None or anew or entry.ends.reached(at):
        return Need.TOKEN
    return Need.RENEWAL if renewal_due(entry).reached(at) else Need.NOTHING


class TokenCache:
    """All tokens of this process, by request and identity."""

    def __init__(self, now: Callable[[], Moment] = Moment.now) -> None:
        self.now = now
        self.entries: dict[EntryKey, Entry] = {}
        """Read by the hot path without the lock: a single lookup is atomic."""
        self.epoch = 0
        """Incremented whenever the user signs out or changes accounts; ends earlier bindings."""
        self._latest: dict[CacheKey, Identity] = {}
        self._lock = threading.Lock()

    @staticmethod
    def _place(key: CacheKey, identity: Identity | None) -> EntryKey:
        scopes, tenant_id, cloud, account, enable_cae = key
        return scopes, tenant_id, cloud, account, enable_cae, identity

    def find(self, key: CacheKey, identity: Identity | None) -> Entry | None:
        """Return the token of an identity, or with None the one that was received last."""
        return self.entries.get(self._place(key, identity or self._latest.get(key)))

    def keep(self, request: Request, issued: Issued) -> Entry:
        """Store a token in place of the previous one, unless it is no renewal.

        A token that expires no later than the previous one is no renewal: the previous one stays,
        with its pause until the next attempt.
        """
        with self._lock:
            return self._keep(request, issued)

    def keep_of(self, epoch: int, request: Request, issued: Issued) -> bool:
        """Store a token that was requested in an epoch, if the user has not changed since.

        :returns: whether the user is still the same.
        """
        with self._lock:
            if self.epoch != epoch:
                return False
            self._keep(request, issued)
            return True

    def renew(self, request: Request, issued: Issued) -> None:
        """Store a token that no caller waits for, unless it has expired (a replayed message)."""
        now = self.now()
        if not Entry(issued, now).ends.reached(now):
            self.keep(replace(request, force=False, claims=None, prompt=False), issued)

    def _keep(self, request: Request, issued: Issued) -> Entry:
        now = self.now()
        place = self._place(request.key, issued.identity)
        held, entry = self.entries.get(place), Entry(issued, now)
        good = held is not None and not held.ends.reached(now)
        if held is not None and good and not request.anew and not outlives(entry.ends, held.ends):
            entry = held
        self.entries[place] = entry
        self._latest[request.key] = issued.identity
        return entry

    def forget(self, identity: Identity) -> None:
        """Drop all tokens of one identity."""
        with self._lock:
            for key in [key for key in self.entries if key[-1] == identity]:
                del self.entries[key]

    def forget_all(self) -> None:
        """Drop all tokens, because the user signed out or changed accounts."""
        with self._lock:
            self.epoch += 1
            self.entries.clear()
            self._latest.clear()

    def renew_lock(self) -> None:
        """Replace the lock in a forked child: a thread that it lacks may hold the old one."""
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{len(self.entries)} tokens>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens cannot leave the kernel that received them.")
