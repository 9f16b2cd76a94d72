"""When a token is renewed, in the kernel and in the server extension.

``src/auth/token-lifetime.ts`` has the page's part; ``test/cases/lifetimes.json`` has the examples
of both.
"""

from __future__ import annotations

import time
from typing import Final, NamedTuple

REFRESH_MARGIN_S: Final = 300
"""Seconds before expiry from which a token is renewed, as in azure-identity."""

REFRESH_SHARE: Final = 0.8
"""Share of the lifetime, counted back from expiry, in which a token of a few minutes is renewed."""

RENEWAL_TIMEOUT_S: Final = 2.0
"""Seconds to wait for the renewal of a token that is still valid."""

RENEWAL_RETRY_S: Final = 30
"""Seconds between two attempts to renew such a token."""

SAME_END_S: Final = 2.0
"""Expiry times that differ by less are equal: lifetimes are sent in whole seconds."""

RELAY_ROUNDING_S: Final = 5.0
"""Seconds by which a token that was passed on may seem to expire too early.

Page, server and kernel each round its lifetime down to whole seconds, some of them twice, and
MSAL.js rounds the time. A part that asks before its issuer considers the token due gets the same
one.
"""


class Moment(NamedTuple):
    """A point in time on two clocks, which is reached as soon as one of them has reached it.

    The wall clock can be set, and differs between computers. The steady clock only measures
    differences, and on some systems it stops while they are suspended.
    """

    wall: float
    """Seconds since the epoch."""
    steady: float
    """Seconds of ``time.monotonic``."""

    @classmethod
    def now(cls) -> Moment:
        """Return the current time."""
        return cls(time.time(), time.monotonic())

    def after(self, seconds: float) -> Moment:
        """Return the moment that is ``seconds`` later."""
        return Moment(self.wall + seconds, self.steady + seconds)

    def reached(self, at: Moment) -> bool:
        """Whether this moment has been reached at the time ``at``."""
        return at.wall >= self.wall or at.steady >= self.steady

    def seconds_from(self, at: Moment) -> float:
        """Return the seconds from ``at`` until this moment, negative if it has passed."""
        return min(self.wall - at.wall, self.steady - at.steady)


def refresh_lead(lifetime: float, refresh_in: float | None = None) -> float:
    """Return how many seconds before expiry a token is due for renewal.

    Never the whole lifetime: a token that lives for less than the margin would be due at once, and
    almost every call would renew it.

    :param lifetime: seconds from arrival to expiry.
    :param refresh_in: seconds from arrival until the issuer wants the token renewed, if the issuer
        says so.
    """
    if refresh_in is not None:
        return max(lifetime - refresh_in, 0.0)
    return max(min(REFRESH_MARGIN_S, lifetime * REFRESH_SHARE), 0.0)


def relayed_refresh_lead(lifetime: float, refresh_in: float | None = None) -> float:
    """Return the same for a token that another part passed on and must consider due first.

    A token that its issuer wants renewed at once is due at once.
    """
    if refresh_in is not None and refresh_in > 0:
        refresh_in += RELAY_ROUNDING_S
    lead = refresh_lead(lifetime + RELAY_ROUNDING_S, refresh_in) - RELAY_ROUNDING_S
    return max(lead, 0.0)


def outlives(end: Moment, other: Moment) -> bool:
    """Whether a token that expires at ``end`` is a renewal of one that expires at ``other``."""
    return end.steady - other.steady >= SAME_END_S
