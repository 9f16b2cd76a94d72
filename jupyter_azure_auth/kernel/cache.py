"""Tokens a kernel holds, and when they are good enough."""

from __future__ import annotations

import threading
import time
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from .protocol import CacheKey, Identity, Issued, Request
    from .token import JupyterAccessToken, JupyterAccessTokenInfo

    # A CacheKey and whose token it is, in one tuple: the hot path builds only this.
    EntryKey = tuple[tuple[str, ...], str | None, str | None, str | None, bool, Identity | None]

REFRESH_MARGIN: Final = 300
"""Seconds before its end from which a token should be renewed, unless it says so itself."""

RETRY: Final = 30
"""Seconds between two attempts to renew a token that is still good."""


class Need(Enum):
    """What a request has to wait for."""

    NOTHING = auto()
    RENEWAL = auto()
    TOKEN = auto()


class Entry:
    """A token and when to think about it again. Pickles never and prints nothing."""

    __slots__ = ("access", "due", "info", "issued", "retry")

    access: JupyterAccessToken
    info: JupyterAccessTokenInfo

    def __init__(self, issued: Issued) -> None:
        self.issued = issued
        self.due: float = 0
        """Seconds since the epoch up to which it is good without a thought. Never after its end;
        0 until :func:`.token.mint` has made the two objects that users get."""
        self.retry: float = 0
        """When to try again, after a renewal that came to nothing, likewise."""

    def tried(self, now: float) -> None:
        """Say that somebody asks for its renewal: nobody else has to for a while."""
        self.retry = min(now + RETRY, self.issued.expires_on)
        if self.due:
            self.due = self.retry

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens stay in the kernel that was given them.")


def renewal_due(entry: Entry) -> float:
    """Say when to renew, in seconds since the epoch."""
    issued = entry.issued
    due = issued.refresh_on or issued.expires_on - REFRESH_MARGIN
    return max(min(due, issued.expires_on), entry.retry)


def need(entry: Entry | None, *, anew: bool, now: float) -> Need:
    """Judge what the cache has.

    :param anew: what is cached will not do: the resource refused it, or the user wants another.
    :param now: seconds since the epoch.
    :returns: ``RENEWAL`` for a token that is still good: try, but do not make a cell wait for it.
    """
    if entry is None or anew or entry.issued.expires_on <= now:
        return Need.TOKEN
    return Need.RENEWAL if now >= renewal_due(entry) else Need.NOTHING


class TokenCache:
    """All tokens of this process, by request and identity."""

    def __init__(self) -> None:
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
        """Keep a token in place of the one before."""
        entry = Entry(issued)
        with self._lock:
            self.entries[self._place(request.key, issued.identity)] = entry
            self._latest[request.key] = issued.identity
        return entry

    def keep_of(self, epoch: int, request: Request, issued: Issued) -> bool:
        """Keep a token that was asked for in that epoch, if the user has not changed since.

        :returns: whether it was kept.
        """
        with self._lock:
            if self.epoch != epoch:
                return False
            self.entries[self._place(request.key, issued.identity)] = Entry(issued)
            self._latest[request.key] = issued.identity
            return True

    def renew(self, request: Request, issued: Issued) -> None:
        """Keep a token nobody waits for, unless it is an old one, replayed."""
        entry = self.find(request.key, issued.identity)
        if issued.expires_on > max(time.time(), entry.issued.expires_on if entry else 0):
            self.keep(request, issued)

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
