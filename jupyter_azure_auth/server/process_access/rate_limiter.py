"""Rate limits, so that one user cannot keep the server busy for all others."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.routes.base import APIError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

BURST: Final = 60
"""Token requests at once, of all kernels of a user, or of all pages."""

PER_SECOND: Final = 10

SIGN_IN_BURST: Final = 20
"""Sign-ins of a user that may begin at once; each keeps an MSAL client for a while."""

SIGN_INS_PER_SECOND: Final = 1

_MAX_CALLERS: Final = 1000
"""Callers; a forgotten caller starts with a full bucket."""


class RateLimiter:
    """A rate limiter with a token bucket for each caller."""

    def __init__(
        self,
        burst: int = BURST,
        per_second: float = PER_SECOND,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._per_second = per_second
        self._now = now
        self._buckets: dict[Hashable, tuple[float, float]] = {}
        """The requests that each caller had left, and when; the most recent caller comes last."""

    def allows(self, caller: Hashable) -> bool:
        """Count a request, and return whether it may be served."""
        now = self._now()
        left, since = self._buckets.pop(caller, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _MAX_CALLERS:
            del self._buckets[next(iter(self._buckets))]
        return allowed

    def check(self, caller: Hashable) -> None:
        """Count a request.

        :param caller: the key of the caller; never a value that a request can choose.
        :raises APIError: if there were too many.
        """
        if not self.allows(caller):
            raise APIError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests. Try again in a few seconds.",
            )
