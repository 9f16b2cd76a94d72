"""The tokens of a kernel, and when they need renewal."""

from __future__ import annotations

import threading
from dataclasses import replace
from enum import Enum, auto
from typing import TYPE_CHECKING, NoReturn

from jupyter_azure_auth._lifetime import (
    RENEWAL_RETRY_S,
    Moment,
    outlives,
    refresh_lead,
    relayed_refresh_lead,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from jupyter_azure_auth._models import CacheKey, TokenRequest

    from .protocol import Identity, IssuedToken
    from .token import JupyterAccessToken, JupyterAccessTokenInfo

    # A CacheKey and the identity in one tuple, the only one that the hot path builds.
    EntryKey = tuple[tuple[str, ...], str | None, str | None, str | None, bool, Identity | None]


class RefreshStatus(Enum):
    """What a request needs before it can return a token."""

    VALID = auto()
    REFRESH = auto()
    MISSING = auto()


class CachedToken:
    """A token and its renewal times. It cannot be pickled and has no fields in its ``repr``."""

    __slots__ = (
        "access",
        "checked_until",
        "expires",
        "info",
        "issued",
        "refresh_lead_s",
        "retired",
        "retry_at",
        "valid_until",
        "valid_until_steady",
    )

    access: JupyterAccessToken
    info: JupyterAccessTokenInfo

    def __init__(self, issued: IssuedToken, received: Moment | None = None) -> None:
        received = Moment.now() if received is None else received
        self.issued = issued.by_clock(received.wall)
        lifetime = self.issued.expires_on - received.wall
        refresh_on = self.issued.refresh_on
        self.expires: Moment = Moment(self.issued.expires_on, received.steady + lifetime)
        lead = refresh_lead if issued.expires_in is None else relayed_refresh_lead
        self.refresh_lead_s = lead(
            lifetime, None if refresh_on is None else refresh_on - received.wall
        )
        """Seconds before expiry from which the token is due for renewal."""
        self.valid_until: float = 0
        """Time in seconds since the epoch until which the token is returned without a check.

        Never after expiry; 0 until :func:`.token.build_azure_core_tokens` has created the two
        objects for users.
        """
        self.valid_until_steady: float = 0
        """The same on the steady clock."""
        self.retired = False
        """Whether the token is no longer in the cache; credentials may still refer to it."""
        self.checked_until: Moment | None = None
        """When to check for a sign-out before the token is returned again; None for never."""
        self.retry_at: Moment = Moment(0, float("-inf"))
        """When to try again after a renewal without a new token."""

    def mark_attempted(self, at: Moment) -> None:
        """Record a renewal attempt, so that other callers make none for a while."""
        self.retry_at = at.after(RENEWAL_RETRY_S)
        if self.valid_until:
            self.update_valid_until()

    def update_valid_until(self) -> None:
        """Return the token without a check until it, or the check for a sign-out, is due."""
        due = renewal_due(self)
        check = due if self.checked_until is None else self.checked_until
        self.valid_until = min(due.wall, check.wall)
        self.valid_until_steady = min(due.steady, check.steady)
        # Afterwards, because another thread may be retiring it.
        if self.retired:
            self.retire()

    def retire(self) -> None:
        """Never return the token without a check again: it is no longer in the cache."""
        self.retired = True
        self.valid_until, self.valid_until_steady = 0, float("-inf")

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens cannot leave the kernel that received them.")


def renewal_due(entry: CachedToken) -> Moment:
    """Return when to renew the token, which is never after its expiry."""
    refresh, retry_at, expires = (
        entry.expires.after(-entry.refresh_lead_s),
        entry.retry_at,
        entry.expires,
    )
    return Moment(
        min(max(refresh.wall, retry_at.wall), expires.wall),
        min(max(refresh.steady, retry_at.steady), expires.steady),
    )


def get_refresh_status(
    entry: CachedToken | None, *, bypass_cache: bool, at: Moment
) -> RefreshStatus:
    """Return what a request has to wait for.

    :param bypass_cache: a cached token will not do: the resource refused it, or the user wants
        another one.
    :returns: ``REFRESH`` for a token that is still valid: try a renewal, but use the old token if
        that takes long.
    """
    if entry is None or bypass_cache or entry.expires.reached(at):
        return RefreshStatus.MISSING
    return RefreshStatus.REFRESH if renewal_due(entry).reached(at) else RefreshStatus.VALID


class TokenCache:
    """All tokens of this process, by request and identity."""

    def __init__(self, now: Callable[[], Moment] = Moment.now) -> None:
        self.now = now
        self.entries: dict[EntryKey, CachedToken] = {}
        """Read by the hot path without the lock: a single lookup is atomic."""
        self.epoch = 0
        """Incremented whenever the user signs out or changes accounts; ends earlier bindings."""
        self._latest: dict[CacheKey, Identity] = {}
        self._lock = threading.Lock()

    @staticmethod
    def _key(key: CacheKey, identity: Identity | None) -> EntryKey:
        scopes, tenant_id, cloud, account, enable_cae = key
        return scopes, tenant_id, cloud, account, enable_cae, identity

    def find(self, key: CacheKey, identity: Identity | None) -> CachedToken | None:
        """Return the token of an identity, or with None the one that was received last."""
        return self.entries.get(self._key(key, identity or self._latest.get(key)))

    def put(self, request: TokenRequest, issued: IssuedToken) -> CachedToken:
        """Store a token in place of the previous one, if it is a renewal.

        A token that expires no later than the previous one is not a renewal: the previous one
        stays, with its pause until the next attempt.
        """
        with self._lock:
            return self._put(request, issued)

    def put_if_epoch(self, epoch: int, request: TokenRequest, issued: IssuedToken) -> bool:
        """Store a token that was requested in an epoch, if the user has not changed since.

        :returns: whether the user is still the same.
        """
        with self._lock:
            if self.epoch != epoch:
                return False
            self._put(request, issued)
            return True

    def put_if_newer(self, request: TokenRequest, issued: IssuedToken) -> None:
        """Store a token that no caller waits for, unless it has expired (a replayed message)."""
        now = self.now()
        if not CachedToken(issued, now).expires.reached(now):
            self.put(replace(request, force=False, claims=None, prompt=False), issued)

    def _put(self, request: TokenRequest, issued: IssuedToken) -> CachedToken:
        now = self.now()
        key = self._key(request.key, issued.identity)
        held, entry = self.entries.get(key), CachedToken(issued, now)
        good = held is not None and not held.expires.reached(now)
        if (
            held is not None
            and good
            and not request.bypass_cache
            and not outlives(entry.expires, held.expires)
        ):
            entry = held
        elif held is not None:
            held.retire()
        self.entries[key] = entry
        self._latest[request.key] = issued.identity
        return entry

    def forget(self, identity: Identity) -> None:
        """Drop all tokens of one identity."""
        with self._lock:
            for key in [key for key in self.entries if key[-1] == identity]:
                self.entries.pop(key).retire()

    def forget_all(self) -> None:
        """Drop all tokens, because the user signed out or changed accounts."""
        with self._lock:
            self.epoch += 1
            for entry in self.entries.values():
                entry.retire()
            self.entries.clear()
            self._latest.clear()

    def renew_lock(self) -> None:
        """Replace the lock in a forked child: a thread that it lacks may hold the old one."""
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<{len(self.entries)} tokens>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("Tokens cannot leave the kernel that received them.")
