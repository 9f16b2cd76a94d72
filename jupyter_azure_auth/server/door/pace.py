"""Keeps one owner from keeping the server busy for all others."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from jupyter_azure_auth.server.gate import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

BURST: Final = 60
"""Requests for tokens at once, of all kernels of an owner, or of all pages."""

PER_SECOND: Final = 10

STARTS: Final = 20
"""Sign-ins of an owner that may begin at once; each keeps a client of the authority for a while."""

STARTS_PER_SECOND: Final = 1

_REMEMBERED: Final = 1000
"""Owners; who was forgotten begins anew."""


class Pace:
    """A bucket of tokens, in the other sense of the word, for each caller."""

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
        """How many requests each caller had left, and when; who asked last comes last."""

    def allows(self, caller: Hashable) -> bool:
        """Count a request, and tell whether it may be served."""
        now = self._now()
        left, since = self._buckets.pop(caller, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_second)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _REMEMBERED:
            del self._buckets[next(iter(self._buckets))]
        return allowed

    def keep(self, caller: Hashable) -> None:
        """Count a request.

        :param caller: nothing that a request says of itself.
        :raises Refusal: there were too many.
        """
        if not self.allows(caller):
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests; ask again in a few seconds.",
            )
