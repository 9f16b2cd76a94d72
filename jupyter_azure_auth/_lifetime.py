"""How long a token lives and when it is due for renewal, for kernel and server extension alike."""

from __future__ import annotations

import time
from typing import Final, NamedTuple

REFRESH_MARGIN_S: Final = 300
"""Seconds before its end from which a token is renewed, as in azure-identity."""

REFRESH_SHARE: Final = 0.8
"""Part of its lifetime before its end from which a token of a few minutes is renewed."""

SAME_END_S: Final = 2.0
"""Ends that differ by less are the same: lifetimes cross the wire in whole seconds."""


class Moment(NamedTuple):
    """A point in time by two clocks. Something has happened if it has by one of them.

    The wall clock can be set, and differs from that of other computers. The steady clock only
    measures differences, and stands still on some systems while they are suspended.
    """

    wall: float
    """Seconds since the epoch."""
    steady: float
    """Seconds of ``time.monotonic``."""

    @classmethod
    def now(cls) -> Moment:
        """Return this moment."""
        return cls(time.time(), time.monotonic())

    def after(self, seconds: float) -> Moment:
        """Return the moment so many seconds later."""
        return Moment(self.wall + seconds, self.steady + seconds)

    def reached(self, at: Moment) -> bool:
        """Whether it has come, or passed, at that moment."""
        return at.wall >= self.wall or at.steady >= self.steady

    def seconds_from(self, at: Moment) -> float:
        """Return how long it takes until it has come."""
        return min(self.wall - at.wall, self.steady - at.steady)


def refresh_lead(lifetime: float, refresh_in: float | None = None) -> float:
    """Return how many seconds before its end a token is due for renewal.

    Never all of its lifetime: a token that lives for less than the margin would be due from its
    first moment on, and almost every call would renew it.

    :param lifetime: seconds from its arrival to its end.
    :param refresh_in: seconds from its arrival until its issuer wants it renewed, if it says so.
    """
    if refresh_in is not None:
        return max(lifetime - refresh_in, 0.0)
    return max(min(REFRESH_MARGIN_S, lifetime * REFRESH_SHARE), 0.0)


def outlives(end: Moment, other: Moment) -> bool:
    """Whether a token that ends at the one moment renews a token that ends at the other."""
    return end.steady - other.steady >= SAME_END_S
