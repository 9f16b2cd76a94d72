"""Keeps one caller from keeping the server busy for all others."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

BURST: Final = 60
"""Requests that a caller may make at once. A kernel asks every few seconds, for each token."""

PER_SECOND: Final = 10

_REMEMBERED: Final = 1000
"""Callers; who was forgotten begins anew."""


class Pace:
    """A bucket of tokens, in the other sense of the word, for each caller."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: dict[Hashable, tuple[float, float]] = {}
        """How many requests each caller had left, and when; who asked last comes last."""

    def allows(self, caller: Hashable) -> bool:
        """Count a request, and tell whether it may be served."""
        now = self._now()
        left, since = self._buckets.pop(caller, (float(BURST), now))
        left = min(BURST, left + (now - since) * PER_SECOND)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        if len(self._buckets) > _REMEMBERED:
            del self._buckets[next(iter(self._buckets))]
        return allowed
