"""Tokens a kernel holds, and when they are good enough."""

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

    # A CacheKey and whose token it is, in one tuple: the hot path builds only this.
    EntryKey = tuple[tuple[str, ...], str | None, str | None, str | None, bool, Identity | None]

RETRY: Final = 30
"""Seconds between two attempts to renew a token that is still good."""


class Need(Enum):
    """What a request has to wait for."""

    NOTHING = auto()
    RENEWAL = auto()
    TOKEN = auto()


class Entry:
    """A token and when to think about it again. Pickles never and prints nothing."""

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
        """Seconds before its end from which it wants renewal."""
        self.due: float = 0
        """Seconds since the epoch up to which it is good without a thought. Never after its end;
        0 until :func:`.token.mint` has made the two objects that users get."""
        self.due_steady: float = 0
        """The same by the steady clock."""
        self.retry: Moment = Moment(0, float("-inf"))
        """When to try again, after a renewal that came to nothing."""

    def tried(self, at: Moment) -> None:
        """Say that somebody asks for its renewal: nobody else has to for a while."""
        self.retry = at.after(RETRY)
        if self.due:
            self.due, self.due_steady = renewal_due(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens stay in the kernel that was given them.")


def renewal_due(entry: Entry) -> Moment:
    """Return when to renew it; never after its end."""
    due, retry, ends = entry.ends.after(-entry.lead), entry.retry, entry.ends
    return Moment(
        min(max(due.wall, retry.wall), ends.wall), min(max(due.steady, retry.steady), ends.steady)
    )


def need(entry: Entry | None, *, anew: bool, at: Moment) -> Need:
    """Judge what the cache has.

    :param anew: what is cached will not do: the resource refused it, or the user wants another.
    :returns: ``RENEWAL`` for a token that is still good: try, but do not make a cell wait for it.
    """
    if entry is None or anew or entry.ends.reached(at):
        return Need.TOKEN
    return Need.RENEWAL if renewal_due(entry).reached(at) else Need.NOTHING


class TokenCache:
    """All tokens of this process, by request and identity."""

    def __init__(self, now: Callable[[], Moment] = Moment.now) -> None:
        self.now = now
        self.entries: dict[EntryKey, Entry] = {}
        """Read without the lock by the hot path: one lookup is atomic."""
        self.epoch = 0
        """Grows whenever the user has changed who he is; what was agreed before is void."""
        self._latest: dict[CacheKey, Identity] = {}
        self._lock = threading.Lock()

    @staticmethod
    def _place(key: CacheKey, identity: Identity | None) -> EntryKey:
        scopes, tenant_id, cloud, account, enable_cae = key
        return scopes, tenant_id, cloud, account, enable_cae, identity

    def find(self, key: CacheKey, identity: Identity | None) -> Entry | None:
        """Find the token of that identity, or, with None, the last one that came."""
        return self.entries.get(self._place(key, identity or self._latest.get(key)))

    def keep(self, request: Request, issued: Issued) -> Entry:
        """Keep a token in place of the one before, unless it renews nothing.

        A token that ends no later than the one before is no renewal: then that stays, with the
        pause until the next attempt.
        """
        with self._lock:
            return self._keep(request, issued)

    def keep_of(self, epoch: int, request: Request, issued: Issued) -> bool:
        """Keep a token that was asked for in that epoch, if the user has not changed since.

        :returns: whether the user is still the same.
        """
        with self._lock:
            if self.epoch != epoch:
                return False
            self._keep(request, issued)
            return True

    def renew(self, request: Request, issued: Issued) -> None:
        """Keep a token nobody waits for, unless it is an old one, replayed."""
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
        """Drop what belongs to one identity."""
        with self._lock:
            for key in [key for key in self.entries if key[-1] == identity]:
                del self.entries[key]

    def forget_all(self) -> None:
        """Drop everything: the user signed out, or is another one now."""
        with self._lock:
            self.epoch += 1
            self.entries.clear()
            self._latest.clear()

    def renew_lock(self) -> None:
        """For the child of a fork: the lock may be held by a thread that it does not have."""
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{len(self.entries)} tokens>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens stay in the kernel that was given them.")
